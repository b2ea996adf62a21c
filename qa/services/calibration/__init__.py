"""Blind sessions: from the invitation to what was agreed."""
