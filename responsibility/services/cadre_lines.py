"""The lines of the 变更台账 that a bulk change of cadres leaves."""

import datetime
from collections.abc import Iterable

from django.db.models import QuerySet

from ..enums import ChangeKind
from ..models import Cadre, Change
from .cadres import POST_FIELDS, close_account, leave_words, post_words
from .changes import changes_record

# as far up as the words go: county and town stand before the village
_AREA = "area__parent__parent__parent"


class LineBook:
    """Collects what happened to cadres in one bulk change and writes it down at its end: taken in, another
    post, gone, back. Accounts that serve nobody but a cadre who has gone are closed."""

    def __init__(self, *, note: str, on: datetime.date) -> None:
        self.note, self.on = note, on
        self.changes: list[Change] = []
        self.gone: list[Cadre] = []
        self.before: dict[int, tuple[Cadre, str]] = {}

    def remember(self, cadres: QuerySet[Cadre]) -> None:
        """How these cadres stand before the change."""
        self.before = {c.pk: (c, post_words(c)) for c in cadres.select_related(_AREA)}

    def compare(self, *, revived: Iterable[int] = ()) -> None:
        """What became of the remembered cadres; `revived` ones count as taken in."""
        revived = set(revived)
        self.taken_in(revived)
        others = self.before.keys() - revived
        for cadre in Cadre.objects.filter(pk__in=others).select_related(_AREA).order_by("pk"):
            old, words = self.before[cadre.pk]
            if old.is_in_post and not cadre.is_in_post:
                self._add(cadre, ChangeKind.CADRE_LEFT, words, leave_words(cadre), cadre.in_post_to)
                self.gone.append(cadre)
            elif cadre.is_in_post and not old.is_in_post:
                self._add(cadre, ChangeKind.CADRE_BACK, words, post_words(cadre))
            elif cadre.is_in_post and any(
                getattr(old, f"{field}_id" if field == "area" else field)
                != getattr(cadre, f"{field}_id" if field == "area" else field)
                for field in POST_FIELDS
            ):
                self._add(cadre, ChangeKind.CADRE_POST, words, post_words(cadre))

    def taken_in(self, ids: Iterable[int]) -> None:
        """Cadres who are new."""
        for cadre in Cadre.objects.filter(pk__in=ids).select_related(_AREA).order_by("pk"):
            self._add(cadre, ChangeKind.CADRE_NEW, "", post_words(cadre))

    def _add(self, cadre, kind, before, after, on=None):
        self.changes.append(
            Change(
                kind=kind, area_id=cadre.area_id, cadre=cadre, before=before, after=after,
                note=self.note, happened_on=min(on or self.on, self.on),
            )
        )  # fmt: skip

    def record(self, *, by, at: datetime.datetime) -> int:
        """Write all lines down; returns their number."""
        for cadre in self.gone:
            close_account(cadre, by, None)
        return changes_record(changes=self.changes, by=by, at=at)
