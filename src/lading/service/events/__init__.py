"""Events that come in at the server: taken, flushed, sorted, and settled once a run has carried them."""
