"""Trains the heads from the phrase bank and measures them against the rules: ``python -m bench.heads``."""
