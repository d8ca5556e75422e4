"""The crash matrix: every talk, with the bot and the API killed at each of their points (T17)."""
