"""Disputes: the list of them, and the page where one is decided without knowing the first reviewer."""

from __future__ import annotations
