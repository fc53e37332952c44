"""The printed table: what was measured, what is demanded, whether it holds."""

import os
import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row; `holds` is None where nothing is demanded of the number by itself."""

    what: str
    measured: str
    demanded: str = ""
    holds: bool | None = None


def at_most(
    what: str, value: float, limit: float, *, unit: str, digits: int = 2, note: str = ""
) -> Line:
    measured = f"{value:,.{digits}f} {unit}{f'（{note}）' if note else ''}"
    return Line(what, measured, f"≤ {limit:g} {unit}", value <= limit)


def at_least(what: str, value: float, limit: float, *, unit: str, note: str = "") -> Line:
    measured = f"{value:,.1f} {unit}{f'（{note}）' if note else ''}"
    return Line(what, measured, f"≥ {limit:g} {unit}", value >= limit)


def fact(what: str, value: str) -> Line:
    return Line(what, value)


WORDS = {True: "达标", False: "**未达标**", None: ""}


def table(lines: list[Line]) -> str:
    """The lines as Markdown."""
    rows = ["| 项目 | 实测 | 要求 | 结果 |", "| --- | --- | --- | --- |"]
    rows += [
        f"| {line.what} | {line.measured} | {line.demanded} | {WORDS[line.holds]} |"
        for line in lines
    ]
    return "\n".join(rows)


def machine() -> str:
    """Where it was measured, and how busy the machine was with other work."""
    load = os.getloadavg()[0]
    return f"{platform.machine()}，{os.cpu_count()} 核，Python {platform.python_version()}，开始时负载 {load:.1f}"


def summary(lines: list[Line], *, runs: int) -> str:
    judged = [line.holds for line in lines if line.holds is not None]
    return f"{len(judged)} 项有要求，{sum(judged)} 项达标。未另注明的，取 {runs} 次的中位数；页面取 20 次请求的中位数，31,191 家 / 大名录。"
