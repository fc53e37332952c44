"""Counters kept by triggers on DueVisit and Visit: a board reads these few rows, never the visits.
`manage.py prove_inspections` proves them."""

from django.db import models
from django.db.models import F

from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Cadre
from responsibility.querysets import TownRowQuerySet

from .frequency import Period


class DueTally(models.Model):
    """Due visits by period × area × grade × bearer's level ("": nobody holds it) × state."""

    period = models.ForeignKey(
        Period, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    grade = models.CharField(max_length=1, blank=True)
    level = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=8)
    total = models.IntegerField(default=0)

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "应督导计数"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                F("period"), F("area"), F("grade"), F("level"), F("state"), name="duetally_key"
            )
        ]

    def __str__(self):
        return f"{self.period_id} {self.area_id} {self.grade} {self.state} {self.total}"


class CadreDue(models.Model):
    """What one cadre owes in one period: `total` without excused and void lines, `done` of them in time."""

    cadre = models.ForeignKey(
        Cadre, models.DO_NOTHING, related_name="dues", db_constraint=False, db_index=False
    )
    period = models.ForeignKey(
        Period, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "干部督导计数"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(F("period"), F("cadre"), name="cadredue_key"),
        ]

    def __str__(self):
        return f"{self.period_id} {self.cadre_id} {self.done}/{self.total}"


class VisitTally(models.Model):
    """Valid visits by area × month (its first day) × period of the due line (0: none) × grade × kind × mode
    × whether it had to be on site; `wrong`: those that found something."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField()
    period_key = models.BigIntegerField(default=0)
    grade = models.CharField(max_length=1, blank=True)
    kind = models.CharField(max_length=10)
    mode = models.CharField(max_length=8)
    must_be_on_site = models.BooleanField()
    total = models.IntegerField(default=0)
    wrong = models.IntegerField(default=0)

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督导计数"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                F("area"), F("month"), F("period_key"), F("grade"), F("kind"), F("mode"),
                F("must_be_on_site"), name="visittally_key",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["month"], name="visittally_month")]

    def __str__(self):
        return f"{self.area_id} {self.month} {self.mode} {self.total}"
