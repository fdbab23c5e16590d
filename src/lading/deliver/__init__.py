"""Carrying planned batches to their destination: pace, send, retry and follow. Deciding is apart from doing."""
