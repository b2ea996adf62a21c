"""Rubrics as data: one YAML file each, a JSON Schema, golden sets. No code."""
