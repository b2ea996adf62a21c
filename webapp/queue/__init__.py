"""The review queue: its table, its board, what is done with its tasks, and what fills it."""

from webapp.queue import acts, filling, views
from webapp.queue.blueprint import blueprint

__all__ = ["acts", "blueprint", "filling", "views"]
