"""Figures of all calls, the machine's verdicts corrected by the reviewed sample."""
