"""The doctor: what a sync needs, looked at before it runs."""
