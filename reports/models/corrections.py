"""更正: where the past was changed after it had been issued."""

import pghistory
from django.db import models

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet

from ..triggers import part_stays
from .reports import DailyReport


@pghistory.track()
class Correction(models.Model):
    """One figure of an issued report that the history now tells otherwise. The issued report stays as it is;
    `told_in` is the later report that says so."""

    report = models.ForeignKey(DailyReport, models.PROTECT, related_name="corrections")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县(市、区)")
    key = models.CharField("指标", max_length=30)
    old = models.BigIntegerField("原数")
    new = models.BigIntegerField("现数")
    why = models.CharField("原因", max_length=200)
    found_at = models.DateTimeField("发现时间")
    told_in = models.ForeignKey(
        DailyReport, models.PROTECT, null=True, related_name="told", verbose_name="见于"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        constraints = [
            models.UniqueConstraint(fields=["report", "area", "key", "new"], name="correction_once")
        ]
        # what an issued report told stays told
        triggers = [part_stays("told_in_id")]

    def __str__(self):
        return f"{self.report} {self.area_id} {self.key} {self.old} → {self.new}"
