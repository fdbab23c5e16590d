"""Erasing people for good, and proving it: whom, where they lie, how they leave, and the receipt."""
