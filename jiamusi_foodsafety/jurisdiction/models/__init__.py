from .areas import Area, AreaAlias, Station, StationArea
from .audit import AuditRecord
from .users import ApiToken, User

__all__ = ["ApiToken", "Area", "AreaAlias", "AuditRecord", "Station", "StationArea", "User"]
