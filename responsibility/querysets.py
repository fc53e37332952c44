"""Filters over cadres, bonds and papers. `visible_to`: by area; a cadre sees what is his own."""

from django.db.models import F, Q

from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from .enums import COVERED, Standing


class OwnedQuerySet(ScopedQuerySet):
    """Rows of an area that one cadre owns: whoever reads by area sees the area's, a cadre his own."""

    owner_path = "cadre__user"

    def visible_to(self, user):
        """The rows of the user's area scope, and those of the cadre who he is."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(area_scope(user).q(self.area_path) | Q(**{self.owner_path: user.pk}))


class CadreQuerySet(OwnedQuerySet):
    owner_path = "user"

    def in_post(self):
        """在岗干部."""
        return self.filter(is_in_post=True)


class AssignmentQuerySet(OwnedQuerySet):
    def active(self):
        """Bonds in force; at most one of a business (exclusion constraint)."""
        return self.filter(to_on=None)

    def covered(self):
        """Bonds in force that count as 已包."""
        return self.active().filter(standing__in=COVERED)

    def unfit(self):
        """层级不符: in force, but the cadre's level is not the one that the grade asks for."""
        return self.active().filter(standing=Standing.UNFIT)

    def pending(self):
        """待交接: the cadre has left, nobody took over."""
        return self.active().filter(standing=Standing.PENDING)


class NoticeTargetQuerySet(ScopedQuerySet):
    def unsigned(self):
        return self.filter(received_at=None)


class TownRowQuerySet(ScopedQuerySet):
    """Rows that belong to an area by `area`."""


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
