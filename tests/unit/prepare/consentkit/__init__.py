"""What the tests of consent share."""
