"""PostgreSQL: the pool, transactions, common tables and migrations."""
