"""`trambot doctor`: looks an installation over and says how to mend what is wrong."""
