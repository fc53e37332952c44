"""The conditions of the lists of 会议与文件, read from the query string; unknown values are dropped."""

from django.http import QueryDict

from ..enums import AdoptionState, DocumentKind, DocumentLevel, MeetingMode
from ..queries.meetings import ACTION_STATES, WHOSE


def one_of(text: str, values) -> str:
    return text if text in values else ""


def code_in(text: str) -> str:
    """An area code, or nothing."""
    return text if text.isascii() and text.isalnum() and len(text) <= 12 else ""


def key_in(text: str) -> str:
    """A row's key, or nothing."""
    return text if text.isascii() and text.isdecimal() and len(text) < 19 else ""


def year_in(text: str) -> str:
    """A year of our time, or nothing."""
    is_year = text.isascii() and text.isdecimal() and len(text) == 4
    return text if is_year and "1990" <= text <= "2100" else ""


def text_in(text: str) -> str:
    """What somebody searches for; NUL has no place in the database."""
    return text.replace("\x00", "").strip()[:60]


def meeting_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "mode": one_of(data.get("mode", ""), MeetingMode.values),
        "area": code_in(data.get("area", "")),
        "year": year_in(data.get("year", "")),
        "body": key_in(data.get("body", "")),
        "text": text_in(data.get("q", "")),
    }


def action_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "state": one_of(data.get("state", ""), ACTION_STATES) or "open",
        "area": code_in(data.get("area", "")),
        "body": key_in(data.get("body", "")),
        "whose": one_of(data.get("whose", ""), WHOSE),
    }


def document_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "level": one_of(data.get("level", ""), DocumentLevel.values),
        "kind": one_of(data.get("kind", ""), DocumentKind.values),
        "use": one_of(data.get("use", ""), ("retired", "all")),
        "text": text_in(data.get("q", "")),
    }


def experience_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "adoption": one_of(data.get("adoption", ""), AdoptionState.values),
        "text": text_in(data.get("q", "")),
    }


def training_conditions(data: QueryDict) -> dict[str, str]:
    return {
        "area": code_in(data.get("area", "")),
        "year": year_in(data.get("year", "")),
        "text": text_in(data.get("q", "")),
    }
