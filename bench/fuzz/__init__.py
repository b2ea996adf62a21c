"""Hostile call records: golden files, mutated without end, through every importer (``python -m bench.fuzz``)."""
