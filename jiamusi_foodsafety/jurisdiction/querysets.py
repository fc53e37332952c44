"""Filters over areas, stations, users and the audit log."""

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models

from .scopes import area_scope


class ScopedQuerySet(models.QuerySet):
    """A set whose rows belong to an area; `area_path` leads to Area's key (its code)."""

    area_path = "area__code"

    def visible_to(self, user):
        """The rows of the user's area scope."""
        return self.filter(area_scope(user).q(self.area_path))

    def within(self, code):
        """The rows of the subtree below this area code."""
        return self.filter(**{f"{self.area_path}__startswith": code})


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


class UserQuerySet(ScopedQuerySet):
    area_path = "area__code"


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    """Django's manager (create_user …) over the scoped set."""
