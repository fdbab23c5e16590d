"""What one can ask of Lading: one function for each question. Faces call these and nothing below."""
