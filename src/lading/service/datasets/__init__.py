"""What one can ask of datasets."""
