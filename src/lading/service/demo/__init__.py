"""The example shop, carried into a sandbox on this machine."""
