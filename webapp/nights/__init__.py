"""Nights: the list of them, and the morning report of each."""

from webapp.nights.views import blueprint

__all__ = ["blueprint"]
