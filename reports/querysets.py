"""Filters over the reports' own rows."""

from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, codes_above


class ProfileQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Templates of the user's scope, and those of the areas above it: shared downwards."""
        return self.filter(area_scope(user).q(self.area_path) | Q(area__in=codes_above(user)))

    def kept_by(self, user):
        """Those that the user may change, given the right: of his own scope."""
        return self.filter(area_scope(user).q(self.area_path))

    def active(self):
        return self.filter(is_active=True)
