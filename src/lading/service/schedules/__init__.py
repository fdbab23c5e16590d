"""Runs that begin by themselves: what is due, who carries it, and when it comes again."""
