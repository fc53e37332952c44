"""包保档案: one file per business, cadre and unit, put together from all rooms; reads only."""

from .cadres import cadre_archive
from .entities import entity_archive
from .units import unit_archive

__all__ = ["cadre_archive", "entity_archive", "unit_archive"]
