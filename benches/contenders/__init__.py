"""The programs that are measured, each begun anew in a process of its own; a peer's knows nothing but the peer."""
