"""Long runs of the tests that are marked `fire`: the same tests as in the suite, in sizes that take minutes."""
