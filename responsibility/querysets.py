"""Filters over cadres, bonds and papers. `visible_to`: by area; a cadre sees what is his own."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, codes_above
from jiamusi_foodsafety.kit.ledger.records import UploadFilters

from .enums import (
    COVERED,
    SENT_NOTICES,
    ActionState,
    InstructionState,
    NoticeState,
    Standing,
)


class OwnedQuerySet(ScopedQuerySet):
    """Rows of an area that one cadre owns: whoever reads by area sees the area's, a cadre his own."""

    owner_path = "cadre__user"

    def visible_to(self, user):
        """The rows of the user's area scope, and those of the cadre who he is."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(area_scope(user).q(self.area_path) | self.owned_by(user))

    def owned_by(self, user):
        """The condition "his own". Not through a join, which would have to be made for every row of the area."""
        field, _, rest = self.owner_path.partition("__")
        if not rest:
            return Q(**{field: user.pk})
        owners = self.model._meta.get_field(field).related_model._base_manager
        return Q(**{f"{field}__in": owners.filter(**{rest: user.pk}).values("pk")})


class CadreQuerySet(OwnedQuerySet):
    owner_path = "user"

    def in_post(self):
        """在岗干部."""
        return self.filter(is_in_post=True)

    def searched(self, text):
        """Cadres whose name, unit or post holds `text`; some thousands of rows need no index of pairs."""
        return self.filter(Q(name__contains=text) | Q(unit__contains=text) | Q(post__contains=text))


class AssignmentQuerySet(OwnedQuerySet):
    def active(self):
        """Bonds in force; at most one of a business (exclusion constraint)."""
        return self.filter(to_on=None)

    def covered(self):
        """Bonds in force that count as 已包."""
        return self.active().filter(standing__in=COVERED)

    def unfit(self):
        """层级或属地不符: in force, but the cadre's level is not the one that the grade asks for, or the
        business lies elsewhere."""
        return self.active().filter(standing=Standing.UNFIT)

    def pending(self):
        """待交接: the cadre has left, nobody took over."""
        return self.active().filter(standing=Standing.PENDING)


class NoticeQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """What areas of the user's scope make (drafts too), and what was sent to an area of his scope or
        above it."""
        rows = self.model._meta.get_field("targets").related_model._base_manager
        sent = rows.filter(area_scope(user).q("area__code") | Q(area__in=codes_above(user)))
        return self.filter(
            area_scope(user).q(self.area_path)
            | Q(pk__in=sent.values("notice_id"), state__in=SENT_NOTICES)
        )

    def kept_by(self, user):
        """The notices that the user may issue or withdraw, given the right: those of his own scope."""
        return self.filter(area_scope(user).q(self.area_path))


class ChangeQuerySet(ScopedQuerySet):
    def about(self, text):
        """Changes of cadres of this very name, or of businesses whose name holds `text` (two characters
        suffice: the index is of pairs)."""
        entity = self.model._meta.get_field("entity").related_model
        pairs = sorted({text[at : at + 2] for at in range(len(text) - 1)})
        pieces = Func("name", function="public.name_bigrams", output_field=ArrayField(TextField()))
        named = entity.objects.alias(pieces=pieces).filter(name__contains=text)
        if pairs:
            named = named.filter(pieces__contains=pairs)
        return self.filter(Q(cadre__name=text) | Q(entity__in=named.values("pk")))


class NoticeTargetQuerySet(ScopedQuerySet):
    def unsigned(self):
        """Issued, not yet signed for."""
        return self.filter(notice__state=NoticeState.ISSUED, received_at=None)

    def undone(self):
        """Issued, and not yet signed for, or not yet answered where an answer is asked for."""
        owed = Q(received_at=None) | Q(notice__needs_answer=True, answered_at=None)
        return self.filter(owed, notice__state=NoticeState.ISSUED)


class InstructionQuerySet(ScopedQuerySet):
    """督办: whoever has the instructed area in his scope sees it."""

    def open(self):
        return self.filter(state=InstructionState.OPEN)

    def overdue(self, on):
        """Not answered after its day."""
        return self.open().filter(due_on__lt=on)


class TownRowQuerySet(ScopedQuerySet):
    """Rows that belong to an area by `area`."""


class SearchedQuerySet(ScopedQuerySet):
    """Rows with a `search_text` that has an index of pairs."""

    def searched(self, text):
        """Rows whose title or text holds `text` (two characters suffice: the index is of pairs)."""
        pairs = sorted({text[at : at + 2] for at in range(len(text) - 1)})
        found = self.filter(search_text__contains=text)
        if not pairs:
            return found
        pieces = Func(
            "search_text", function="public.name_bigrams", output_field=ArrayField(TextField())
        )
        return found.alias(pieces=pieces).filter(pieces__contains=pairs)


class GuidanceQuerySet(SearchedQuerySet):
    def visible_to(self, user):
        """The questions of the user's scope, and what the same city put into its 问答汇编."""
        cities = [code for code in codes_above(user) if len(code) == 4]
        shared = Q(pk__in=[])
        for city in cities:
            shared |= Q(is_shared=True, area__code__startswith=city)
        return self.filter(area_scope(user).q(self.area_path) | shared)

    def kept_by(self, user):
        """The questions that the user may answer or change, given the right: those of his own scope."""
        return self.filter(area_scope(user).q(self.area_path))


class HandedDownQuerySet(SearchedQuerySet):
    """What an area makes for itself and for all below it: a city's document is read in each village."""

    def visible_to(self, user):
        """The rows of the user's scope and those of the areas above him."""
        above = Q(area__in=codes_above(user))
        return self.filter(area_scope(user).q(self.area_path) | above)

    def kept_by(self, user):
        """The rows that the user may change, given the right: those of his own scope."""
        return self.filter(area_scope(user).q(self.area_path))


class ActionQuerySet(ScopedQuerySet):
    """会议任务: of an area, or given to one person."""

    def visible_to(self, user):
        """The tasks of the user's area scope and his own."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(area_scope(user).q(self.area_path) | Q(user=user.pk))

    def open(self):
        return self.filter(state=ActionState.OPEN)

    def overdue(self, on):
        """Open after their day."""
        return self.open().filter(due_on__lt=on)


class DutyQuerySet(OwnedQuerySet):
    """A cadre sees his own to-dos and those of the unit that he stands at."""

    def visible_to(self, user):
        """By area; a cadre what he owes himself, and what the unit of his level owes."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        stands = self.model._meta.get_field("cadre").related_model._base_manager.filter(
            user=user, is_in_post=True, level=F("area__level")
        )
        return self.filter(
            area_scope(user).q(self.area_path)
            | Q(cadre__user=user)
            | Q(cadre=None, area__in=stands.values("area"))
        )

    def open(self):
        return self.filter(state="open")


class ListDocumentQuerySet(QuerySet):
    """Versions of the three lists: they belong to no area."""

    def visible_to(self, user):
        """Issued and superseded versions for whoever reads lists; drafts for those who write them."""
        if not user.has_perm("responsibility.view_listdocument"):
            return self.none()
        if user.has_perm("responsibility.change_listdocument"):
            return self
        return self.exclude(state="draft")


class TrainingRecordQuerySet(OwnedQuerySet):
    """参训记录: where the cadre stands."""

    area_path = "cadre__area__code"


class CadreUploadQuerySet(UploadFilters, ScopedQuerySet):
    """Uploads of cadre ledgers, of an area."""
