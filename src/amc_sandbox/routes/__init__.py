"""The imitated API: one file a family, thin handlers."""
