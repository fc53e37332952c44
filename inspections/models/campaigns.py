"""专项与“三个结合” (domain §0 F25): campaigns that visits, problems, tasks and rounds carry."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Action, Duty

from ..enums import TagKind
from ..querysets import CampaignTagQuerySet
from ..triggers.campaigns import CAMPAIGN_TRIGGERS
from .checks import CheckRound
from .problems import Problem
from .visits import Visit


@pghistory.track()
class Campaign(models.Model):
    """A campaign of the dictionary; staff edit it. Days: empty = without an end."""

    name = models.CharField("名称", max_length=60, unique=True)
    content = models.CharField("内容", max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField("次序", default=0)
    from_on = models.DateField("起", null=True, blank=True)
    to_on = models.DateField("止", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)
    is_example = models.BooleanField("示例", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "专项"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(from_on=None) | Q(to_on__gte=F("from_on")),
                name="campaign_ends_after_it_began",
                violation_error_message="止不能早于起。",
            )
        ]
        permissions = [("tag_campaign", "标记专项")]

    def __str__(self):
        return self.name


def _of(model, words):
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="campaign_tags",
        verbose_name=words,
    )  # fmt: skip


@pghistory.track()
class CampaignTag(models.Model):
    """That one visit, problem, task or round belongs to a campaign. Taken off it stays, not active."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="tags", db_index=False, verbose_name="专项"
    )
    kind = models.CharField("标在", max_length=7, choices=TagKind)
    # the area of what carries it
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    visit = _of(Visit, "督导")
    problem = _of(Problem, "问题")
    duty = _of(Duty, "清单任务")
    action = _of(Action, "会议任务")
    check_round = _of(CheckRound, "督查")
    is_active = models.BooleanField("有效", default=True)
    tagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name="标记人",
    )  # fmt: skip
    tagged_at = models.DateTimeField("标记时间")

    objects = CampaignTagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专项标记"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "visit", "problem", "duty", "action", "check_round"],
                name="campaigntag_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="visit", visit__isnull=False, problem=None, duty=None,
                            action=None, check_round=None)
                | Q(kind="problem", visit=None, problem__isnull=False, duty=None, action=None,
                    check_round=None)
                | Q(kind="duty", visit=None, problem=None, duty__isnull=False, action=None,
                    check_round=None)
                | Q(kind="action", visit=None, problem=None, duty=None, action__isnull=False,
                    check_round=None)
                | Q(kind="check", visit=None, problem=None, duty=None, action=None,
                    check_round__isnull=False),
                name="campaigntag_on_one_thing",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["campaign", "kind", "-id"],
                name="campaigntag_rows",
                condition=Q(is_active=True),
            )
        ]
        triggers = CAMPAIGN_TRIGGERS

    def __str__(self):
        return f"{self.campaign_id} {self.kind}"


class CampaignTally(models.Model):
    """How many carry a campaign, by area and kind; kept by triggers on CampaignTag."""

    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=7)
    total = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "专项计数"
        constraints = [
            models.UniqueConstraint(F("campaign"), F("area"), F("kind"), name="campaigntally_key")
        ]

    def __str__(self):
        return f"{self.campaign_id} {self.area_id} {self.kind} {self.total}"
