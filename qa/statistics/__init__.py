"""Figures about scores: agreement, intervals, drift. Pure, on numpy alone."""
