"""The rule of each field, from clean text to the text that is hashed."""
