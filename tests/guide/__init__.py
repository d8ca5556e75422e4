"""The guide's pictures, taken from the running page while its chapters are played (`make guide`)."""
