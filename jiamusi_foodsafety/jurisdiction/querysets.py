"""Filters over areas, stations, users and the audit log."""

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left, Length

from .scopes import admin_scope, area_scope


class ScopedQuerySet(models.QuerySet):
    """A set whose rows belong to an area; `area_path` leads to Area's key (its code)."""

    area_path = "area__code"

    def visible_to(self, user):
        """The rows of the user's area scope."""
        return self.filter(area_scope(user).q(self.area_path))

    def within(self, code):
        """The rows of the subtree below this area code."""
        return self.filter(**{f"{self.area_path}__startswith": code})


def station_id_of(area_path="area_id", override_path=None):
    """An expression: the key of the station that looks after a row, the override first, else the station
    of the longest area code that the row's begins with. One index lookup a row, no query a row."""
    from django.apps import apps

    links = apps.get_model("jurisdiction", "StationArea").objects.filter(
        Q(area_id=Left(OuterRef(area_path), 6))
        | Q(area_id=Left(OuterRef(area_path), 9))
        | Q(area_id=OuterRef(area_path)),
        station__is_active=True,
    )
    found = Subquery(links.order_by(Length("area_id").desc()).values("station_id")[:1])
    if override_path is None:
        return found
    return Coalesce(F(override_path), found, output_field=models.BigIntegerField())


class StationScopedQuerySet(ScopedQuerySet):
    """Rows with an area and a `station_override`: `with_station()` annotates `station_key`."""

    def with_station(self):
        return self.annotate(station_key=station_id_of("area_id", "station_override_id"))


class AreaQuerySet(ScopedQuerySet):
    area_path = "code"

    def active(self):
        return self.filter(is_active=True)

    def counties(self):
        return self.filter(level="county")


class StationQuerySet(ScopedQuerySet):
    area_path = "county__code"


class AuditQuerySet(ScopedQuerySet):
    area_path = "area__code"

    def visible_to(self, user):
        """The records of the areas that an auditor answers for; the city's also see what belongs to no
        area (tries with unknown names, acts of the system)."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        if not user.has_perm("jurisdiction.audit") or not user.area_id:
            return self.none()
        found = Q(area__code__startswith=user.area_id)
        if len(user.area_id) == 4:
            found |= Q(area=None)
        return self.filter(found)


class UserQuerySet(ScopedQuerySet):
    """Accounts lie where their area, their station's county or their counties lie."""

    def visible_to(self, user):
        """The accounts that an administrator answers for; superusers only to superusers."""
        scope = admin_scope(user)
        if scope.is_all:
            return self
        allotted = self.model.counties.through.objects.filter(scope.q("area__code"))
        return self.filter(
            scope.q("area__code")
            | scope.q("station__county__code")
            | models.Q(pk__in=allotted.values("user_id")),
            is_superuser=False,
        )


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    """Django's manager (create_user …) over the scoped set."""
