"""How much a workbook may hold before it is refused."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Upper bounds of one file: bytes, unpacked bytes, pack ratio, rows and columns with data."""

    file_bytes: int = 20 * MB
    unpacked_bytes: int = 200 * MB
    ratio: int = 200
    rows: int = 200_000
    columns: int = 200
    # A reader holds the rectangle around all cells in memory, filled or not (32 bytes a cell).
    area: int = 8_000_000
