"""The words of the house as types: identifiers, frames, states and books."""
