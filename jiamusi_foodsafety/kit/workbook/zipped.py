"""Zip packages: tell .xlsx, .xlsb and .ods apart and scan each."""

from jiamusi_foodsafety.kit.workbook.cells import Prescan
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.package import Package, is_binary, utf16_name
from jiamusi_foodsafety.kit.workbook.refusal import (
    UNPACK_ADVICE,
    corrupt,
    encrypted,
    too_many_rows,
    wrong_type,
)
from jiamusi_foodsafety.kit.workbook.xlsx import SheetScan, find_sheets

# A heading row and some title rows come on top of the rows that the limit counts.
HEADING_ROWS = 1


def scan_zip(path: str, limits: Limits) -> Prescan:
    """Scan a zip package; refuses archives that are no spreadsheet."""
    package = Package(path, limits)
    try:
        names = package.entries
        if "xl/workbook.xml" in names:
            return scan_xlsx(path, package, limits)
        if "xl/workbook.bin" in names:
            from jiamusi_foodsafety.kit.workbook.xlsb import scan_xlsb

            return scan_xlsb(path, package, limits)
        if "content.xml" in names:
            return scan_opendocument(path, package, limits)
        refuse_other(package)
    finally:
        package.close()


def refuse_other(package: Package) -> None:
    """Say what the archive is instead of a spreadsheet."""
    names = package.entries
    if any(name.startswith("xl/") for name in names):
        raise corrupt("缺少工作簿目录")
    if any(name.startswith("word/") for name in names):
        raise wrong_type("文件是 Word 文档，不是表格")
    if any(name.startswith("ppt/") for name in names):
        raise wrong_type("文件是演示文稿，不是表格")
    if "[content_types].xml" in names:
        raise corrupt("缺少工作簿目录")
    raise wrong_type("文件是压缩包，不是表格", UNPACK_ADVICE)


def scan_opendocument(path: str, package: Package, limits: Limits) -> Prescan:
    """Scan an OpenDocument package; refuses texts and slides."""
    from jiamusi_foodsafety.kit.workbook.ods import scan_ods

    kind = package.read("mimetype").decode("ascii", "replace").strip()
    if kind and "spreadsheet" not in kind:
        raise wrong_type("文件是 OpenDocument 文档，不是表格")
    if b"encryption-data" in package.read("meta-inf/manifest.xml"):
        raise encrypted()
    drain(package, skip={"content.xml", "mimetype", "meta-inf/manifest.xml"})
    return scan_ods(path, package, limits)


def drain(package: Package, skip: set[str]) -> list[str]:
    """Inflate all other parts once: their sizes, checksums and declarations are checked.

    Returns the parts that are UTF-16, which the reader would take for empty."""
    wide = []
    for name in package.entries:
        if name in skip:
            continue
        for _chunk in package.chunks(name):
            pass
        if name.endswith((".xml", ".rels")) and is_wide(package, name):
            wide.append(name)
    return wide


def is_wide(package: Package, name: str) -> bool:
    """Is the part written in UTF-16?"""
    first = next(package.inflate(package.entries[name]), b"")
    return not is_binary(name, first) and bool(utf16_name(first))


def scan_xlsx(path: str, package: Package, limits: Limits) -> Prescan:
    """Scan each sheet once; where the reader could not cope, also make a clean copy."""
    found = Prescan(path, "xlsx")
    sheets = find_sheets(package)
    used = [part for _notes, part in sheets if part in package.entries]
    if len(set(used)) < len(used):
        raise corrupt("几个工作表指向同一处内容")
    wide = drain(package, skip={part for _notes, part in sheets})
    crowded = []
    for notes, part in sheets:
        found.sheets.append(notes)
        if part not in package.entries:
            if part and "chartsheets/" not in part and "dialogsheets/" not in part:
                raise corrupt(f"缺少工作表“{notes.name}”的内容")
            continue
        scan = SheetScan(notes, limits)
        scan.run(package.chunks(part))
        if is_wide(package, part):
            wide.append(part)
        if notes.last_column > limits.columns or notes.last_row * notes.last_column > limits.area:
            crowded.append((notes, part))
    total = sum(notes.rows for notes in found.sheets)
    if total > limits.rows + HEADING_ROWS:
        crowded = [(notes, part) for notes, part in sheets if part in package.entries]
    if crowded or wide:
        from jiamusi_foodsafety.kit.workbook.cleaning import clean_copy, has_more_rows, measure

        if total > limits.rows + HEADING_ROWS:
            parts = [part for _notes, part in crowded]
            if has_more_rows(package, parts, limits.rows + HEADING_ROWS):
                raise too_many_rows(limits.rows)
        strays = {part: measure(package, notes, part, limits) for notes, part in crowded}
        check_size(found, limits)
        if wide or any(strays.values()):
            found.clean = clean_copy(package, wide, strays)
    return found


def check_size(found: Prescan, limits: Limits) -> None:
    """Refuse more rows or columns with data than the limits allow."""
    if sum(notes.rows for notes in found.sheets) > limits.rows + HEADING_ROWS:
        raise too_many_rows(limits.rows)
