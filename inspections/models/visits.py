"""督导: a cadre's visit of a business that he holds, and what it leaves behind."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from entities.enums import Grade
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.enums import CadreLevel
from responsibility.models import Cadre

from ..enums import VisitKind, VisitMode
from ..querysets import PhotoQuerySet, VisitQuerySet
from ..triggers.visits import VISIT_TRIGGERS
from .checklists import Checklist
from .evidence import Evidence
from .frequency import DueVisit


def private_storage():
    """The store outside every served folder."""
    return storages["private"]


def photo_path(_row, filename):
    """A generated name: a hostile file name never touches the disk."""
    name = uuid.uuid4().hex
    return f"photos/{name[:2]}/{name}"


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    exclude=["answers"],
)
class Visit(models.Model):
    """One visit, or the record of a suspension instead of one. `key` is drawn by the phone before
    anything is sent: the same visit sent twice is stored once. `answers` = {item code: yes | no | na} in
    the list version `checklist`; what is wrong stands in Problem rows.

    Days are Asia/Shanghai's. A wrong record is never deleted: `is_void` with a reason.
    """

    key = models.CharField("幂等键", max_length=32, unique=True)
    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="visits", db_index=False, verbose_name="主体"
    )
    # where the business stood when it was visited
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="visits", db_index=False, verbose_name="包保干部"
    )
    level = models.CharField("包保层级", max_length=10, choices=CadreLevel)
    grade = models.CharField("包保等级", max_length=1, choices=Grade, blank=True, default="")
    must_be_on_site = models.BooleanField("只能现场", default=False)
    kind = models.CharField("种类", max_length=10, choices=VisitKind, default=VisitKind.VISIT)
    mode = models.CharField("督导方式", max_length=8, choices=VisitMode, default=VisitMode.ON_SITE)
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="任务清单",
    )  # fmt: skip
    due = models.ForeignKey(
        DueVisit, models.PROTECT, null=True, blank=True, related_name="visits", db_index=False,
        verbose_name="应督导",
    )  # fmt: skip
    answers = models.JSONField("逐项结果", default=dict)
    checked = models.PositiveSmallIntegerField("已查(项)", default=0)
    wrong = models.PositiveSmallIntegerField("不合格(项)", default=0)
    visited_on = models.DateField("督导日期")
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("结束")
    received_at = models.DateTimeField("上报时间", db_default=Now(), editable=False)
    contact = models.CharField("主体在场人", max_length=40, blank=True, default="")
    note = models.CharField("备注", max_length=500, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name="填报人",
    )  # fmt: skip
    is_void = models.BooleanField("已作废", default=False)
    void_reason = models.CharField("作废理由", max_length=200, blank=True, default="")
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="作废人",
    )  # fmt: skip
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督导记录"
        triggers = VISIT_TRIGGERS
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="visit") | Q(checklist__isnull=False),
                name="visit_has_its_checklist",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__gte=F("started_at")),
                name="visit_ends_after_it_began",
                violation_error_message="结束时间不能早于开始时间。",
            ),
        ]
        indexes = [
            models.Index(fields=["entity", "-visited_on", "-id"], name="visit_entity"),
            models.Index(fields=["cadre", "-visited_on", "-id"], name="visit_cadre"),
            models.Index(fields=["area", "-id"], name="visit_area"),
            models.Index(fields=["visited_on", "id"], include=["area"], name="visit_day"),
            # the few among very many, each a view of the list
            models.Index(fields=["visited_on", "id"], name="visit_void", condition=Q(is_void=True)),
            models.Index(
                fields=["visited_on", "id"], name="visit_suspended", condition=Q(kind="suspended")
            ),
            models.Index(fields=["due"], name="visit_due", condition=~Q(due=None)),
            models.Index(
                fields=["entity", "visited_on"],
                name="visit_loose",
                condition=Q(due=None, kind="visit", is_void=False),
            ),
        ]
        permissions = [
            ("make_visit", "督导"),
            ("void_visit", "作废督导记录"),
            ("plan_visits", "生成应督导名单"),
        ]

    def __str__(self):
        return f"{self.entity_id} {self.visited_on}"


@pghistory.track()
class Photo(Evidence):
    """A photograph, sent by itself before the visit or the move that shows it. `key` is drawn by the
    phone; without a visit, problem or move after some days it is swept away. The position in its EXIF is
    gone before it is stored (domain §8.1)."""

    key = models.CharField("幂等键", max_length=32, unique=True)
    file = models.FileField("照片", storage=private_storage, upload_to=photo_path)
    mime = models.CharField("类型", max_length=20, default="image/jpeg")
    size = models.PositiveIntegerField("大小(字节)", default=0)
    sha256 = models.CharField(max_length=64, default="")
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="督导"
    )
    problem = models.ForeignKey(
        "inspections.Problem", models.PROTECT, null=True, blank=True, related_name="photos",
        verbose_name="问题",
    )  # fmt: skip
    move = models.ForeignKey(
        "inspections.ProblemMove", models.PROTECT, null=True, blank=True, related_name="photos",
        verbose_name="办理",
    )  # fmt: skip
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "照片"

    def __str__(self):
        return self.key


class EntityRecord(models.Model):
    """What stands behind one business, kept by triggers on Visit and Problem: no list and no due line
    counts its visits. Counts without void ones."""

    entity = models.OneToOneField(
        Entity, models.DO_NOTHING, primary_key=True, related_name="record", db_constraint=False
    )
    visits = models.IntegerField("督导(次)", default=0)
    last_visit_on = models.DateField("上次督导", null=True)
    problems = models.IntegerField("问题(个)", default=0)
    open_problems = models.IntegerField("未结问题(个)", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "主体督导情况"

    def __str__(self):
        return f"{self.entity_id} {self.visits}"
