"""Jobs and schedules as Treasure Data says them, kept as syncs of the ledger."""
