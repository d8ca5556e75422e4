"""Canaries: unmistakable values in every input, and a search for them in all that is left behind (T24)."""
