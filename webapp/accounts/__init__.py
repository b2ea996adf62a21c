"""Logging in, one's own account, and everybody's."""
