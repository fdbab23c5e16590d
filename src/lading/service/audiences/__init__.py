"""Audiences at Amazon: asked for, named, described, adopted."""
