"""Formats in and out: rubric YAML, manifests, JSON lines, CSV."""
