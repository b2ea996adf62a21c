"""Calibration: sessions in which several people rate the same calls blind, and what they agree on afterwards."""

from webapp.calibration import making, meeting, rating, readings, sessions
from webapp.calibration.blueprint import blueprint

__all__ = ["blueprint", "making", "meeting", "rating", "readings", "sessions"]
