"""Tables of what the tests hold: rule by wall, and threat by test."""
