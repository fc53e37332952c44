"""走势与分布: what is drawn by day, and the borders of the two distributions."""

from .stages import MEASURES, Measure

# key → (heading, what it counts); the words of the choice
TRENDS: dict[str, tuple[str, Measure]] = {
    "graded": ("主体分级", MEASURES["graded"]),
    "surveyed": ("摸底调查", MEASURES["surveyed"]),
    "covered": ("包保干部确定", MEASURES["covered"]),
    "pledges": ("承诺书", MEASURES["pledges"]),
    "ledgers": ("台账建立", MEASURES["ledgers"]),
    "visited": ("督导", MEASURES["visited"]),
    "problems": (
        "问题整改",
        Measure(("problems_fixed",), ("problems_found",), "件", "已整改", "未整改", "K14"),
    ),
}
# The first number of each class; before the first one lies 0 家 (of days: never is a class of its own).
LOADS = (1, 6, 11, 21, 31, 51)
DAYS = (31, 91, 181, 366)


def class_words(borders: tuple[int, ...], unit: str, *, first: int) -> list[str]:
    """The words of the classes from `first` up: 0 家, 1–5 家, …, 51 家以上."""
    starts = (first, *borders)
    words = [
        f"{low} {unit}" if low == high - 1 else f"{low}–{high - 1} {unit}"
        for low, high in zip(starts, borders, strict=False)
    ]
    return [*words, f"{borders[-1]} {unit}以上"]
