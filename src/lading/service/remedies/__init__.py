"""What one can do about a run that went wrong: cancel it, retry it, undo it, send everybody again."""
