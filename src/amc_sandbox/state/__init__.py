"""What the sandbox remembers: one SQLite database, in memory or in a folder, and the questions put to it."""
