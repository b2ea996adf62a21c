"""Figures about scores: agreement, intervals, drift. Pure, on numpy and scipy alone."""
