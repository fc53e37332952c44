"""The room's tables in the administration."""

from . import cadres, papers

__all__ = ["cadres", "papers"]
