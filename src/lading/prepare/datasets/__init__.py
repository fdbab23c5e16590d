"""Rows of a dataset in clear go in; typed rows with hashed identifiers come out, for upload."""
