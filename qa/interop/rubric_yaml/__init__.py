"""Rubric YAML in: strict reading, the JSON Schema, what a rubric inherits, and the rubric that comes of it."""

from __future__ import annotations

from qa.interop.rubric_yaml.building import DEFAULT_MIN_CONFIDENCE
from qa.interop.rubric_yaml.schema import schema
from qa.interop.rubric_yaml.shelf import MAX_BYTES, Folders, find, load, parse

__all__ = ["DEFAULT_MIN_CONFIDENCE", "MAX_BYTES", "Folders", "find", "load", "parse", "schema"]
