"""Where changes go: a narrow seam, and Amazon's audiences behind it."""
