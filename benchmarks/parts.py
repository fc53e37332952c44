"""The parts of the benchmark in their order, each as lines of the table."""

import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from . import bonds, checks, dues, figures, imports, memory, pages, phones, tables, web, workbook
from .people import make_people
from .report import Line, at_least, at_most, fact

SMALL = 31_191
RATIO_TO_FLOOR, RATIO_OF_PEER = 2.5, 30
MEGABYTES, HTTP_SECONDS, EXPORT_SECONDS, ASSIGN_SECONDS, DRAW_SECONDS = 250, 2, 3, 3, 5
STATEMENTS, GROWTH = 12, 2
# due lists: seconds for the city as it is, and for the large register
DUE_SECONDS, LARGE_DUE_SECONDS = 3, 60
# of the city as it is, and of the large register: the catalogue in milliseconds, the report in seconds
CATALOGUE_MS, REPORT_SECONDS, FILES_SECONDS = (50, 100), (2, 10), 5
BOARD_STATEMENTS = 15


class Bench:
    """One run: the same workbook and the same database for all parts."""

    def __init__(self, folder: Path, *, runs: int, is_full: bool, tell: Callable[[str], None]):
        self.runs = runs
        self.is_full = is_full
        self.tell = tell
        call_command("migrate", verbosity=0)
        call_command("load_areas", workbook.AREAS, verbosity=0, stdout=tell_nobody())
        call_command("load_register_fixtures", verbosity=0, stdout=tell_nobody())
        make_people()
        tables.make_tables()
        self.book = workbook.build(folder / "台账.xlsx")
        self.ours: list[float] = []

    def run(self, parts: Iterable[str], *, large: int) -> list[Line]:
        lines = [fact("工作簿", f"{workbook.ROWS:,} 行 × {len(workbook.COLUMNS)} 列")]
        if "imports" in parts:
            lines += self.imports()
        if "memory" in parts:
            lines += self.memory()
        if "http" in parts:
            lines += self.http()
        if "export" in parts:
            lines += self.export()
        if "assign" in parts:
            lines += self.assign()
        if "checks" in parts:
            lines += self.checks(large)
        if "dues" in parts:
            lines += self.dues(large)
        if "phones" in parts:
            lines += self.phones()
        if "indicators" in parts:
            lines += self.indicators(large)
        if "pages" in parts:
            lines += self.pages(large)
        return lines

    def imports(self) -> list[Line]:
        floor = []
        for number in range(self.runs + 1):
            tables.forget_loads()
            low = imports.floor(self.book)
            tables.forget_loads()
            own, stages = imports.ours(self.book)
            self.tell(f"(a) {own:.2f} 秒 {stages}，(c) {low:.2f} 秒" + ("" if number else "，热身"))
            if number:  # the first only warms the interpreter and the caches
                floor.append(low)
                self.ours.append(own)
        peer = self.peer()
        own, low, other = map(statistics.median, (self.ours, floor, peer))
        times = f"{len(peer)} 次" + ("" if self.is_full else "，--full 跑 5 次")
        return [
            fact("(a) 本系统：读取 → 写入，含校验、预览、历史、计数", f"{own:.2f} 秒"),
            fact("(b) django-import-export 默认资源：试运行 + 导入", f"{other:.1f} 秒（{times}）"),
            fact("(c) 下限：calamine + COPY + upsert，无触发器", f"{low:.2f} 秒"),
            at_most("(a) ÷ (c)", own / low, RATIO_TO_FLOOR, unit="倍"),
            at_least("(b) ÷ (a)", other / own, RATIO_OF_PEER, unit="倍"),
        ]

    def peer(self) -> list[float]:
        model = tables.peer_model()
        seconds = []
        for _ in range(self.runs if self.is_full else 1):
            tables.forget_loads()
            self.tell("(b) 正在运行，要几分钟…")
            seconds.append(imports.peer(self.book, model))
            if tables.count(tables.PEER) != workbook.ROWS:
                raise imports.BenchError("django-import-export 没有写入全部行")
        return seconds

    def memory(self) -> list[Line]:
        peaks = []
        for _ in range(min(self.runs, 3)):
            tables.forget_loads()
            peaks.append(memory.peak_of_import(self.book))
            self.tell(f"内存峰值 {peaks[-1]:.0f} MB")
        return [
            at_most(
                "(a) 内存峰值，进程树合计（RSS，不含 PostgreSQL）", max(peaks), MEGABYTES,
                unit="MB", digits=0, note=f"{len(peaks)} 次中最高",
            )
        ]  # fmt: skip

    def http(self) -> list[Line]:
        if not self.ours:
            self.ours = self._few_of_ours()
        seconds = []
        connection.close()
        with web.running(web.logs_folder()) as address:
            for number in range(self.runs + 1):
                tables.forget_loads()
                spent = web.upload_over_http(address, self.book)
                self.tell(f"HTTP {spent:.2f} 秒" + ("" if number else "，热身"))
                if number:
                    seconds.append(spent)
        own, over = statistics.median(self.ours), statistics.median(seconds)
        return [
            fact("网页上传 → 已写入（granian + Celery，预览一到即确认）", f"{over:.2f} 秒"),
            at_most("网页上传比 (a) 多", over - own, HTTP_SECONDS, unit="秒"),
        ]

    def _few_of_ours(self):
        seconds = []
        for _ in range(3):
            tables.forget_loads()
            seconds.append(imports.ours(self.book)[0])
        return seconds[1:]

    def export(self) -> list[Line]:
        tables.forget_loads()
        imports.ours(self.book)
        seconds = [pages.export_seconds() for _ in range(self.runs)]
        what = f"导出 {workbook.ROWS:,} 行（页面的 xlsx）"
        return [at_most(what, statistics.median(seconds), EXPORT_SECONDS, unit="秒")]

    def phones(self) -> list[Line]:
        tables.forget_loads()
        sent = phones.make_phones()
        with web.running(web.logs_folder()) as address:
            seconds = phones.send_all(address, sent)
        wrong = phones.faults(sent)
        for fault in wrong[:5]:
            self.tell(fault)
        times = sorted(phone.seconds for phone in sent)
        what = f"{len(sent)} 部手机同时上报（各 {phones.PHOTOS} 张照片、督导报两次，十分之一收不到回答）"
        return [
            at_most(f"{what}：丢失、重复", len(wrong), 0, unit="处", digits=0),
            fact(
                f"{what}：全部报完",
                f"{seconds:.1f} 秒，半数手机 {statistics.median(times):.1f} 秒内",
            ),
        ]

    def assign(self) -> list[Line]:
        tables.forget_loads()
        name = f"bench_{SMALL}"
        pages.make_database(name, SMALL)
        runs = []
        with pages.database(name):
            cadres = bonds.make_cadres()
            for number in range(self.runs + 1):
                seconds, made = bonds.assign_seconds()
                self.tell(f"自动分配 {seconds}" + ("" if number else "，热身"))
                if number:
                    runs.append(seconds)
        what = f"自动分配 {SMALL:,} 家 × {cadres:,} 名干部"
        words = {
            "plan": "出方案", "apply": f"执行 {made:,} 家，含变更台账、历史、计数",
            "again": "重新均衡的方案", "undo": "整批撤销",
        }  # fmt: skip
        return [
            at_most(
                f"{what}：{label}", statistics.median(run[key] for run in runs), ASSIGN_SECONDS,
                unit="秒",
            )
            for key, label in words.items()
        ]  # fmt: skip

    def checks(self, large: int) -> list[Line]:
        lines = []
        for total in dict.fromkeys((SMALL, large)):
            name = f"bench_{total}"
            pages.make_database(name, total)
            with pages.database(name):
                runs = [checks.draw_seconds() for _ in range(self.runs + 1)][1:]
            seconds, frame = statistics.median(run[0] for run in runs), runs[0][1]
            what = f"督查抽样：名录 {total:,} 家，最大县的抽样框 {frame:,} 家"
            lines.append(at_most(what, seconds, DRAW_SECONDS, unit="秒"))
        return lines

    def dues(self, large: int) -> list[Line]:
        tables.forget_loads()
        lines = []
        for total, most in ((SMALL, DUE_SECONDS), (large, LARGE_DUE_SECONDS)):
            name = f"bench_{total}"
            pages.make_database(name, total)
            with pages.database(name):
                bonds.hold_all()
                lines += self._dues(total, most)
        return lines

    def _dues(self, total, most):
        runs, again, made = [], [], None
        for number in range(self.runs + 1 if total == SMALL else 1):
            dues.forget_dues()
            seconds, made = dues.make()
            repeated, _ = dues.make()
            self.tell(f"应督导名单 {seconds:.2f} 秒，再核对 {repeated:.2f} 秒")
            if number or total != SMALL:
                runs.append(seconds)
                again.append(repeated)
        what = f"应督导名单 {total:,} 家"
        return [
            at_most(f"{what}：首次生成 {made.made:,} 家次", statistics.median(runs), most, unit="秒"),
            at_most(f"{what}：再核对一次", statistics.median(again), most, unit="秒"),
        ]  # fmt: skip

    def indicators(self, large: int) -> list[Line]:
        tables.forget_loads()
        names, lines = [], []
        for place, total in enumerate((SMALL, large)):
            names.append(f"bench_{total}")
            pages.make_database(names[-1], total)
            with pages.database(names[-1]):
                self.tell(f"正在写入 {total:,} 家的三年历史…")
                figures.make_history()
                lines += self._figures(total, place)
        costs = pages.measure(*names, figures.addresses)
        return lines + [
            line for item in costs.items() for line in page_lines(*item, most=BOARD_STATEMENTS)
        ]

    def _figures(self, total, place):
        what = f"{total:,} 家、三年历史"
        seconds, count = figures.catalogue_seconds(self.runs)
        return [
            at_most(
                f"全部指标，市、县、乡镇共 {count:,} 个数（{what}）", seconds * 1000,
                CATALOGUE_MS[place], unit="毫秒", digits=0,
            ),
            at_most(
                f"生成当日日报，11 个县(市、区)（{what}）", figures.report_seconds(self.runs),
                REPORT_SECONDS[place], unit="秒",
            ),
            at_most(
                f"一期日报的 .docx、PDF、.xlsx（{what}）", figures.files_seconds(), FILES_SECONDS,
                unit="秒",
            ),
        ]  # fmt: skip

    def pages(self, large: int) -> list[Line]:
        tables.forget_loads()
        self.tell(f"正在写入 {SMALL:,} 家和 {large:,} 家的名录…")
        names = f"bench_{SMALL}", f"bench_{large}"
        for name, total in zip(names, (SMALL, large), strict=True):
            pages.make_database(name, total)
            with pages.database(name):
                bonds.hold_all()
                dues.visit_many()
        return [line for item in pages.measure(*names).items() for line in page_lines(*item)]


def page_lines(key, costs, most=STATEMENTS) -> list[Line]:
    """Statements and time of one page for one reader, at both sizes."""
    (reader, label), (small, large) = key, costs
    who = f"{label}（{pages.READERS[reader]}）"
    growth = large.seconds / small.seconds
    # the bar on the number is for dashboards and lists
    most = most if label != pages.DETAIL else None
    is_same = small.statements == large.statements
    return [
        Line(
            f"{who}：SQL 语句", f"{small.statements} / {large.statements}",
            f"≤ {most}，两种规模相同" if most else "两种规模相同",
            is_same and (most is None or large.statements <= most),
        ),
        Line(
            f"{who}：用时", f"{small.seconds * 1000:.0f} / {large.seconds * 1000:.0f} 毫秒，{growth:.2f} 倍",
            f"≤ {GROWTH} 倍", growth <= GROWTH,
        ),
    ]  # fmt: skip


class tell_nobody:
    """A command's standard output that nobody reads."""

    def write(self, text):
        return len(text)
