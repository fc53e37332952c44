"""Rooms above that take something up from an entity ledger: the modules of settings.LEDGER_FOLLOWERS.

Each has `compare(upload, *, columns) -> [sentence]` (after the comparison: what confirming would do; it may
add findings), `apply(upload, *, by)` (after the writing) and `undo(upload, *, by)` (after the undo), called
inside the pipeline's transactions.
"""

from collections.abc import Mapping
from importlib import import_module

from django.conf import settings


def _modules():
    return [import_module(name) for name in settings.LEDGER_FOLLOWERS]


def compare(upload, *, columns: Mapping[str, str]) -> list[str]:
    """What confirming would do to the followers; `columns`: field → the uploader's own heading."""
    return [effect for module in _modules() for effect in module.compare(upload, columns=columns)]


def apply(upload, *, by) -> None:
    """Let the followers take up what was written."""
    for module in _modules():
        module.apply(upload, by=by)


def undo(upload, *, by) -> None:
    """Let the followers take back what they took up."""
    for module in _modules():
        module.undo(upload, by=by)
