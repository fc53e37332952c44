"""Accounts. What somebody may do is his role's (roles.py); what he may see is his area's (scopes.py)."""

import hashlib

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models

from ..querysets import UserManager
from .areas import Area, Station


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A member of staff or a cadre with an account. 督导组 members have counties instead of an area."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=40, blank=True)
    post = models.CharField("职务", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="属地"
    )
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="监管所"
    )
    counties = models.ManyToManyField(
        Area, blank=True, related_name="supervisors", verbose_name="分管县(市、区)"
    )
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    is_big_type = models.BooleanField("大字", default=False)

    follows_area_merges = True
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        permissions = [
            ("administer", "系统管理"),
            ("view_full_phone", "查看完整电话"),
            ("audit", "查看操作记录"),
            ("view_area_data", "查看本属地数据"),
            ("use_api", "使用数据接口"),
        ]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name or self.username

    def get_short_name(self):
        return self.name or self.username


@pghistory.track(exclude=["digest"])
class ApiToken(models.Model):
    """A key for /api/v1/. Only its SHA-256 is kept; the key is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name="账号")
    label = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"

    def __str__(self):
        return self.label

    @staticmethod
    def digest_of(key):
        return hashlib.sha256(key.encode()).hexdigest()
