"""Alembic's migrations: the way from every older ledger to the present one."""
