"""The audit log (GB/T 22239: every user, time, event, result; kept, protected)."""

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ..enums import AuditAction
from ..querysets import AuditQuerySet
from .areas import Area


class AuditRecord(models.Model):
    """Who did what, when, from where, to what, with what result. Append-only: the database refuses
    UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField("时间", auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="audit_records",
        db_constraint=False,
        verbose_name="账号",
    )
    actor_name = models.CharField("操作人", max_length=150)
    address = models.GenericIPAddressField("来源地址", null=True)
    action = models.CharField("动作", max_length=20, choices=AuditAction)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=60, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", db_constraint=False, verbose_name="属地"
    )
    detail = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)
    is_success = models.BooleanField("成功", default=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["action", "-at"], name="audit_action_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'The audit log is append-only: %', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.get_action_display()}"
