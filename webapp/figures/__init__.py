"""Figures of teams and agents that reviews have corrected, with how far they can be trusted."""
