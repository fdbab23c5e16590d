"""Other systems' ways of saying what to carry: pure translations into ours."""
