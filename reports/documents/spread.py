"""走势与分布 as a workbook: a sheet a chart."""

from openpyxl.styles import Font

from jiamusi_foodsafety.kit.workbook.write import as_bytes, new_book, put, put_header

from ..queries.spread import Spread


def spread_workbook(found: Spread) -> bytes:
    """The tables of the page as they stand."""
    words = found.measure.part_words
    classes = list(next(iter(found.loads.values())))
    sheets = [
        ("走势", ["日期", words, "总数", "率"],
         [[point.day, *_counts(point)] for point in found.points]),
        ("比较", ["代码", "属地", words, "总数", "率"],
         [[code, name, *_counts(point)] for code, name, point in found.children]),
        ("包保负荷", ["层级", *classes, "合计"],
         [[level, *counts.values(), sum(counts.values())] for level, counts in found.loads.items()]),
        ("距上次督导", ["距上次督导", "应包主体(家)"],
         [list(row) for row in found.since_visit.items()]),
    ]  # fmt: skip
    book = new_book()
    for number, (title, headings, rows) in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = title
        text = f"{found.place.name}{found.name if number < 2 else ''}{title}"
        put(sheet, 1, 1, text).font = Font(bold=True, size=13)
        put_header(sheet, headings, row=2, widths=[max(11, 2 * len(one) + 3) for one in headings])
        for at, row in enumerate(rows, start=3):
            for index, value in enumerate(row, start=1):
                cell = put(sheet, at, index, value)
                if isinstance(value, float):
                    cell.number_format = "0.00%"
                elif isinstance(value, int):
                    cell.number_format = "#,##0"
    return as_bytes(book)


def _counts(point):
    return [point.done, point.whole, point.done / point.whole if point.whole else "—"]
