"""Addresses of folders elsewhere, such as ``s3://bucket/recordings``."""

from __future__ import annotations

import re

_LOGIN = re.compile(r"(?<=://)(?:[^/@:]*:[^@]*|[^/@]*)@")
"""A name, or a name and a password; a password may hold what should have been escaped, a slash above all."""


def without_login(address: str) -> str:
    """An address without who logs in there; an ``@`` further on is part of where it is."""
    return _LOGIN.sub("", address, count=1)
