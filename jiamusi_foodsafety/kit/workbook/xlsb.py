"""Binary workbooks (.xlsb): the same notes from their records."""

from jiamusi_foodsafety.kit.workbook.cells import Prescan
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.package import Package


def scan_xlsb(path: str, package: Package, limits: Limits) -> Prescan:
    """Scan an .xlsb package."""
    for name in package.entries:
        for _chunk in package.chunks(name):
            pass
    return Prescan(path, "xlsb")
