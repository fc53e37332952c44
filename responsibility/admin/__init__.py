"""The room's tables in the administration."""

from . import bonds, cadres, lists, papers

__all__ = ["bonds", "cadres", "lists", "papers"]
