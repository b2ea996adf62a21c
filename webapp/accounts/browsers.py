"""What a browser calls itself, short enough to recognise it by."""

from __future__ import annotations

_PROGRAMS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: each of these also names some of those after it."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

_LONGEST = 40


def short_name(user_agent: str) -> str:
    """``Firefox, Windows``; what is not known is shown as it calls itself."""
    program = next((name for mark, name in _PROGRAMS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    known = ", ".join(name for name in (program, system) if name)
    return known or user_agent.partition(" ")[0][:_LONGEST] or "–"
