"""How often the intervals of agreement hold the truth, by simulation: ``python -m bench.agreement``."""
