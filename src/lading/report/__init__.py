"""What became of a run, told to people and programs. Pure."""
