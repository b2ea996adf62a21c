"""Coaching: plans with agents, and the library of examples."""
