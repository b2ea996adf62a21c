"""The store: tables, repositories, transactions and migrations over SQLite or PostgreSQL."""
