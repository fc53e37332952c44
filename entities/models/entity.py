"""The register: one Entity = one licensed establishment (licence + premises)."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left

from jiamusi_foodsafety.jurisdiction.models import Area, Station

from ..enums import STATUS_SHAPES, Grade, GradeSource, LicenceKind, RiskGrade, Status
from ..querysets import EntityQuerySet
from ..triggers import COUNT_TRIGGERS, FOLLOW_TRIGGER, TOUCH_TRIGGER
from .dictionaries import Category


class NameBigrams(Func):
    """Two-character pieces of the name: pg_trgm cannot serve 2-character Chinese queries."""

    function = "public.name_bigrams"


@pghistory.track(
    # Statement level, reading only the new rows: 27,748 rows cost one insert, not 27,748 calls. The
    # default condition of UpdateEvent would join old and new transition tables and turn quadratic.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    model_name="EntityEvent",
)
class Entity(models.Model):
    """A licensed food business at its premises (domain §5.3: one credit code may hold several).

    `grade` is the 包保等级 in force, `suggested_grade` what the standard in force would give;
    `risk_grade` is another scale altogether (A = lowest risk). Sizes: m², seats, diners per meal,
    10,000 yuan a year, persons. Nothing is deleted: `status` says where it stands.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="entities", db_index=False, verbose_name="属地"
    )
    area_text = models.CharField("属地原文", max_length=120, blank=True, default="")
    name = models.CharField("主体名称", max_length=200)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    # The C collation serves prefix search, order and the pager's key by one index.
    licence_no = models.CharField("许可证编号", max_length=60, db_collation="C")
    licence_kind = models.CharField("许可证种类", max_length=6, choices=LicenceKind)
    issued_on = models.DateField("发证日期", null=True, blank=True)
    expires_on = models.DateField("有效期至", null=True, blank=True)
    is_permanent = models.BooleanField("长期有效", default=False)
    legal_person = models.CharField("法定代表人(负责人)", max_length=60, blank=True, default="")
    phone = models.CharField("联系电话", max_length=40, blank=True, default="")
    address = models.CharField("经营地址", max_length=300, blank=True, default="")
    address_key = models.CharField(max_length=300, blank=True, default="", editable=False)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="entities", db_index=False, verbose_name="主体类别"
    )
    form = models.CharField("业态", max_length=60, blank=True, default="")
    floor_area = models.DecimalField(
        "经营面积(㎡)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    seats = models.PositiveIntegerField("座位数", null=True, blank=True)
    diners = models.PositiveIntegerField("每餐用餐人数", null=True, blank=True)
    annual_output = models.DecimalField(
        "年产值(万元)", max_digits=14, decimal_places=2, null=True, blank=True
    )
    staff_count = models.PositiveIntegerField("从业人数", null=True, blank=True)
    status = models.CharField("经营状态", max_length=12, choices=Status, default=Status.OPERATING)
    season_from_month = models.PositiveSmallIntegerField("季节起(月)", null=True, blank=True)
    season_to_month = models.PositiveSmallIntegerField("季节止(月)", null=True, blank=True)

    grade = models.CharField("包保等级", max_length=1, choices=Grade, blank=True, default="")
    grade_source = models.CharField(
        "等级来源", max_length=8, choices=GradeSource, blank=True, default=""
    )
    grade_reason = models.CharField("定级理由", max_length=200, blank=True, default="")
    suggested_grade = models.CharField(
        "建议等级", max_length=1, choices=Grade, blank=True, default=""
    )
    suggested_rule = models.ForeignKey(
        "entities.GradingRule",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        # Derived, refreshed with the standard: a look at the rule for each of 27,748 rows costs 0.1 s.
        db_constraint=False,
        verbose_name="命中规则",
    )
    risk_grade = models.CharField(
        "风险等级", max_length=1, choices=RiskGrade, blank=True, default=""
    )
    station_override = models.ForeignKey(
        Station,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="指定监管所",
    )
    station_text = models.CharField("监管所原文", max_length=60, blank=True, default="")
    supervisor = models.CharField("监管员", max_length=60, blank=True, default="")
    surveyed_on = models.DateField("摸底日期", null=True, blank=True)
    surveyed_by = models.CharField("摸底人", max_length=60, blank=True, default="")
    safety_director = models.CharField("食品安全总监", max_length=60, blank=True, default="")
    safety_officer = models.CharField("食品安全员", max_length=60, blank=True, default="")
    cadre_name = models.CharField("包保干部(台账)", max_length=120, blank=True, default="")
    cadre_post = models.CharField("包保干部职务(台账)", max_length=120, blank=True, default="")
    cadre_phone = models.CharField("包保干部电话(台账)", max_length=120, blank=True, default="")
    cadre_level = models.CharField("包保层级(台账)", max_length=20, blank=True, default="")
    note = models.CharField("备注", max_length=500, blank=True, default="")
    # Codes of the warnings that the last check of this row gave (W_CHECK_DIGIT …).
    doubts = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name="疑点"
    )
    created_at = models.DateTimeField("建立时间", db_default=models.functions.Now(), editable=False)
    updated_at = models.DateTimeField("修改时间", db_default=models.functions.Now(), editable=False)
    # Counted up by the database at each change: two people on one record, and undo, rely on it.
    revision = models.PositiveIntegerField("版次", db_default=1, editable=False)

    follows_area_merges = True
    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主体"
        constraints = [
            models.UniqueConstraint(
                Left("area", 4),
                "licence_no",
                condition=~Q(licence_kind="SMALL"),
                name="entity_licence_once_in_city",
                violation_error_message="这个许可证编号已经登记。",
            ),
            models.UniqueConstraint(
                Left("area", 6),
                "category",
                "licence_no",
                condition=Q(licence_kind="SMALL"),
                name="entity_small_licence_once_in_county",
                violation_error_message="本县(市、区)同类三小中，这个登记证号已经有了。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="entity_status_known"
            ),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="entity_grade_known"),
            models.CheckConstraint(
                condition=~Q(is_permanent=True) | Q(expires_on=None),
                name="entity_permanent_has_no_expiry",
                violation_error_message="长期有效的许可证不填有效期。",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "id"], name="entity_area"),
            models.Index(fields=["licence_no", "id"], name="entity_licence"),
            models.Index(
                fields=["credit_code"], name="entity_credit_code", condition=~Q(credit_code="")
            ),
            # covering: the dashboard counts 90 days of expiries at a million rows without reading one
            models.Index(
                fields=["expires_on", "id"], include=["area", "status"], name="entity_expiry"
            ),
            models.Index(
                fields=["cadre_name"], name="entity_cadre_name", condition=~Q(cadre_name="")
            ),
            GinIndex(NameBigrams("name"), name="entity_name_bigrams"),
            # the few with a fault, each a figure and a list of 数据质量: counted without reading a row
            models.Index(
                fields=["area", "id"],
                include=["status"],
                condition=Q(phone=""),
                name="entity_phoneless",
            ),
            models.Index(
                fields=["area", "id"],
                include=["status"],
                condition=Q(doubts__contains=["W_CHECK_DIGIT"]),
                name="entity_misnumbered",
            ),
        ]
        triggers = [TOUCH_TRIGGER, *COUNT_TRIGGERS, FOLLOW_TRIGGER]
        permissions = [
            ("upload_ledger", "上传台账"),
            ("apply_ledger", "确认写入台账"),
            ("export_entity", "导出主体"),
            ("propose_screening", "提请筛除"),
            ("view_screening", "查看异常筛除"),
            ("approve_screening", "批准筛除、定级"),
            ("sample_screening", "市局抽核"),
            ("set_grade", "设定等级"),
            ("accept_transfer", "处理迁入"),
            ("merge_entity", "合并重复主体"),
        ]

    def __str__(self):
        return self.name

    def is_expired(self, on):
        """Whether the licence's term ended before the day `on` (derived, never stored; §9)."""
        return self.expires_on is not None and self.expires_on < on

    @property
    def status_shape(self):
        """The shape beside the status word (ui guide: Shapes of meaning)."""
        return STATUS_SHAPES.get(self.status, "out")

    @property
    def grade_differs(self):
        return bool(self.suggested_grade and self.grade and self.suggested_grade != self.grade)


class EntityTally(models.Model):
    """Counters kept by triggers on Entity: businesses by area × category × status × grade. A dashboard
    reads these few rows instead of the register. `manage.py prove_tally` proves them."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    category = models.ForeignKey(
        Category, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    status = models.CharField(max_length=12)
    grade = models.CharField(max_length=1, blank=True)
    total = models.IntegerField(default=0)
    surveyed = models.IntegerField(default=0)
    # grade and suggestion differ
    differing = models.IntegerField(default=0)
    # at least one doubt
    doubtful = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "主体计数"
        constraints = [
            models.UniqueConstraint(
                F("area"), F("category"), F("status"), F("grade"), name="entitytally_key"
            )
        ]

    def __str__(self):
        return f"{self.area_id} {self.category_id} {self.status} {self.grade} {self.total}"
