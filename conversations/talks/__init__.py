"""The talks, one file each; every talk reads top to bottom."""
