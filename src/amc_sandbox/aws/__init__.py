"""Amazon Web Services beside the Ads API: S3, KMS and STS by moto, with the objects on disk."""
