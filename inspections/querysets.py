"""Filters over due visits, visits and problems. `visible_to`: by area; a cadre sees what is his own."""

from django.db.models import F, Q, QuerySet

from entities.querysets import holders, is_holder
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.querysets import OwnedQuerySet

from .enums import OPEN_STATES, ChecklistState, DueState
from .rules.deadlines import begin_of


class ChecklistQuerySet(QuerySet):
    """Lists belong to no area: whoever may read them reads all of them; a draft is the city's."""

    def visible_to(self, user):
        """Issued and superseded versions; drafts for who may change lists."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("inspections.change_checklist"):
            return self
        return self.exclude(state=ChecklistState.DRAFT)

    def in_force(self, on):
        """The versions in force on a day: issued or superseded, its days around it."""
        return self.filter(
            Q(effective_to=None) | Q(effective_to__gte=on),
            state__in=[ChecklistState.ISSUED, ChecklistState.SUPERSEDED],
            effective_from__lte=on,
        )


class DueVisitQuerySet(OwnedQuerySet):
    def open(self):
        """Still to be visited."""
        return self.filter(state=DueState.OPEN)

    def overdue(self, on):
        """Open after their last day."""
        return self.open().filter(due_on__lt=on)


class VisitQuerySet(OwnedQuerySet):
    def valid(self):
        """Without void ones."""
        return self.filter(is_void=False)

    def visible_to(self, user):
        """By area; a cadre his own visits and those of the businesses that he holds now."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        seen = area_scope(user).q(self.area_path)
        if user.has_perm("inspections.make_visit"):
            seen |= self.owned_by(user)
            held = self.model._meta.get_field("entity").related_model.objects.filter(
                assignments__cadre__user=user, assignments__to_on=None
            )
            seen |= Q(entity__in=held.values("pk"))
        return self.filter(seen)


class ProblemQuerySet(OwnedQuerySet):
    def visible_to(self, user):
        """By area; a station also what was given to it; a cadre his own, those of the businesses that he holds
        now, and what has climbed to the place where he stands."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        scope = area_scope(user)
        seen = scope.q(self.area_path)
        if user.station_id and scope.prefixes:
            seen |= Q(station=user.station_id)
        if not scope.is_all and user.has_perm("inspections.make_visit"):
            held = self.model._meta.get_field("entity").related_model.objects.filter(
                assignments__cadre__user=user, assignments__to_on=None
            )
            seen |= self.owned_by(user) | Q(entity__in=held.values("pk"))
            if user.area_id:
                seen |= Q(climbed_to=user.area_id)
        return self.filter(seen)

    def open(self):
        """Somebody must still act."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, on):
        """Open after the last day of their present state."""
        return self.filter(clock_at__lt=begin_of(on))


class ProblemTallyQuerySet(ScopedQuerySet):
    """Counters by area."""


class EvidenceQuerySet(QuerySet):
    def standing(self):
        """Without what was withdrawn."""
        return self.filter(withdrawn_at=None)


class PhotoQuerySet(EvidenceQuerySet):
    """Who may see the visit or the problem sees its photos; a loose one only who sent it."""

    def visible_to(self, user):
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        scope = area_scope(user)
        return self.filter(
            scope.q("visit__area__code") & Q(visit__isnull=False)
            | scope.q("problem__area__code") & Q(problem__isnull=False)
            | Q(visit__cadre__user=user)
            | Q(problem__cadre__user=user)
            | Q(uploaded_by=user)
        )


class CheckRoundQuerySet(QuerySet):
    """督查 rounds. Who is checked learns of a round with its letter: a sample known before is none."""

    def visible_to(self, user):
        """Rounds of units in the user's scope; those on units in his scope once the letter is out (a 督导组,
        from the beginning); those that he works on; and, for a cadre, those on the unit whose level he is."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        scope = area_scope(user)
        fields = self.model._meta
        members = fields.get_field("members").related_model._base_manager
        mine = members.filter(user=user, is_active=True)
        areas = fields.get_field("target").related_model._base_manager
        stands = areas.filter(cadres__user=user, cadres__is_in_post=True, cadres__level=F("level"))
        issued = Q(issued_at__isnull=False)
        known = Q() if user.has_perm("inspections.watch_check") else issued
        return self.filter(
            scope.q("owner__code")
            | scope.q("target__code") & known
            | Q(pk__in=mine.values("check_round"))
            | issued & Q(target__in=stands.values("pk"))
        )

    def valid(self):
        """Without void ones."""
        return self.exclude(state="void")


class CheckPartQuerySet(QuerySet):
    """What belongs to a round: who sees the round sees it."""

    def visible_to(self, user):
        rounds = self.model._meta.get_field("check_round").related_model.objects
        return self.filter(check_round__in=rounds.visible_to(user).values("pk"))


class CheckFileQuerySet(EvidenceQuerySet, CheckPartQuerySet):
    pass


class CampaignTagQuerySet(ScopedQuerySet):
    def active(self):
        """Without those taken off again."""
        return self.filter(is_active=True)


class StandardItemQuerySet(ScopedQuerySet):
    def owed(self):
        """In use and not yet met."""
        return self.filter(is_active=True).exclude(state="met")


class HeldByEntityQuerySet(ScopedQuerySet):
    """Rows about a business: whoever reads by area sees the area's, a cadre those of the businesses that he
    holds."""

    area_path = "entity__area__code"

    def visible_to(self, user):
        """The rows of the businesses that the user may see."""
        if not is_holder(user):
            return super().visible_to(user)
        held = holders("held_ids")
        return self.none() if held is None else self.filter(entity__in=held(user=user))


class ComplianceQuerySet(HeldByEntityQuerySet):
    area_path = "area__code"

    def lacking(self):
        """应配未配: a 总监 or a 安全员 is needed and nobody is appointed."""
        return self.filter(Q(need_director=True, directors=0) | Q(need_officer=True, officers=0))

    def undecided(self):
        """A fact of the register is missing."""
        return self.filter(Q(need_director=None) | Q(need_officer=None))


class SafetyPersonQuerySet(HeldByEntityQuerySet):
    def in_post(self, on):
        """Appointed on the day `on`."""
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gt=on), Q(appointed_on=None) | Q(appointed_on__lte=on)
        )


class ControlCheckQuerySet(HeldByEntityQuerySet):
    pass


class RiskListQuerySet(HeldByEntityQuerySet):
    pass


class SafetyRecordQuerySet(ScopedQuerySet):
    """Trainings and exams: where the person's business lies."""

    area_path = "person__entity__area__code"

    def visible_to(self, user):
        """The records of the people whose business the user may see."""
        people = self.model._meta.get_field("person").related_model
        return self.filter(person__in=people.objects.visible_to(user).values("pk"))
