"""What a Ray cluster costs: ``python -m bench.ray``."""
