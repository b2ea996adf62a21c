"""Calls: the list, the page of one call, its sound."""
