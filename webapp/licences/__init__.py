"""Licences: what the machine may settle by itself, on which figures, and whether these drift."""

from webapp.licences.views import blueprint

__all__ = ["blueprint"]
