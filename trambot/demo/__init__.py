"""`make demo`: everything on this machine, supervised from the first start to Ctrl-C."""
