"""The HTTP server: what the service layer can do, as an API with keys."""
