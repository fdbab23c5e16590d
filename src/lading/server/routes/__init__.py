"""The addresses, one file a noun: read the request, ask the service once, answer."""
