"""A whole registry of subjects: bringing one along, and making one up for trying things at scale (R19)."""
