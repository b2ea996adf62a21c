"""Agents: the list of them, each one's page, and calls as feedback to them."""

from __future__ import annotations
