"""The room's tables in the administration."""

from . import cadres, lists, papers

__all__ = ["cadres", "lists", "papers"]
