"""What would be sent: the rules of the modes, batches, guards, and a plan in numbers. Pure."""
