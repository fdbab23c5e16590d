"""Other systems' ways of saying what a sync is, translated into ours: texts in, settings out, and nothing is carried here."""
