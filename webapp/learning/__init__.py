"""Learning: what corrections taught, what it would change, and whether it is taken up."""

from webapp.learning.views import blueprint

__all__ = ["blueprint"]
