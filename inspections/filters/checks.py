"""The conditions of 督查, 专项 and 对标达标, read from the query string; unknown values are dropped."""

from django.http import QueryDict

from responsibility.filters.organisation import code_in, one_of, text_in, year_in

from ..enums import CheckLevel, SampleKind, StandardState, TagKind
from ..queries.checks import VIEWS

SAMPLE_VIEWS = {
    "all": "全部",
    "left": "未查",
    "done": "已查",
    "wrong": "有出入",
    "replaced": "已换",
}
STANDARD_VIEWS = {"all": "全部", "due": "15 天内到期", "overdue": "逾期"}


def check_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "view": one_of(data.get("view", ""), VIEWS) or "open",
        "level": one_of(data.get("level", ""), CheckLevel.values),
        "area": code_in(data.get("area", "")),
        "year": year_in(data.get("year", "")),
        "text": text_in(data.get("q", "")),
    }


def sample_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "kind": one_of(data.get("kind", ""), SampleKind.values) or SampleKind.ENTITY,
        "view": one_of(data.get("view", ""), SAMPLE_VIEWS),
    }


def coverage_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "level": one_of(data.get("level", ""), CheckLevel.values),
        "area": code_in(data.get("area", "")),
        "view": one_of(data.get("view", ""), ("done", "left")),
    }


def tag_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "kind": one_of(data.get("kind", ""), TagKind.values),
        "area": code_in(data.get("area", "")),
    }


def standard_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "view": one_of(data.get("view", ""), STANDARD_VIEWS) or "all",
        "state": one_of(data.get("state", ""), StandardState.values),
        "area": code_in(data.get("area", "")),
        "text": text_in(data.get("q", "")),
    }
