"""What an audience has been told: generations of members in immutable files, and what a source changes about them."""
