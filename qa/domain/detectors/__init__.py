"""Detectors: composable operators that look for something in a call and prove what they found.

Every operator is a frozen dataclass with a ``find`` method in a module of its own; ``registry`` holds
the table of names that a rubric may use.
"""
