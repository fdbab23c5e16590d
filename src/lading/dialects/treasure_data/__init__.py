"""Treasure Data's Amazon Ads export: `--result` JSON, workflow files, and the log of a job."""
