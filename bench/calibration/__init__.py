"""Measures the statistics of sampling, correction, licences and drift: ``python -m bench.calibration``."""
