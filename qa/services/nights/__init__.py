"""Nights: which recordings they take, how they end, the morning report, and who is told of it."""
