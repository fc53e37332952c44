"""The room's tables in the administration, one module a part."""

from . import visits

__all__ = ["visits"]
