"""The review queue: its table, its board, and what is done with its tasks."""

from webapp.queue import acts, views
from webapp.queue.blueprint import blueprint

__all__ = ["acts", "blueprint", "views"]
