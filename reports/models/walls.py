"""大屏链接: what shows the wall on a screen where nobody logs in."""

import hashlib

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet


@pghistory.track()
class WallLink(models.Model):
    """A link that shows the wall of one area, read only, until it ends or is revoked. Only the SHA-256 of its
    token is kept; the address is shown once."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="显示范围")
    label = models.CharField("用途", max_length=40)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开通人"
    )
    made_at = models.DateTimeField("开通时间")
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="停用人",
    )  # fmt: skip

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "大屏链接"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="walllink_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="walllink_revoked_by_somebody",
            ),
        ]
        permissions = [("manage_walllink", "开通、停用大屏链接")]

    def __str__(self):
        return self.label

    @staticmethod
    def digest_of(token):
        """What is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    def is_live(self, at):
        """Whether it still shows anything at this moment."""
        return self.revoked_at is None and at < self.expires_at
