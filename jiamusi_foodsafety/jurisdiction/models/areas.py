"""The territory: areas found by code prefix, and the stations that look after them."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from ..enums import Kind, Level
from ..querysets import AreaQuerySet, StationQuerySet

models.CharField.register_lookup(Length)


@pghistory.track()
class Area(models.Model):
    """An administrative area. The code is the statistical code without trailing zeros
    (4 city / 6 county / 9 town / 12 village characters; GB/T 2260 + NBS), so that a child's code
    starts with its parent's and a subtree is one range of one column.

    The C collation keeps prefix ranges on the index whatever the database's locale.
    """

    code = models.CharField("代码", max_length=12, primary_key=True, db_collation="C")
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=10, choices=Level)
    kind = models.CharField("类型", max_length=20, choices=Kind, blank=True, default="")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    is_active = models.BooleanField("在用", default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入"
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划"
        constraints = [
            models.CheckConstraint(
                condition=Q(level="city", code__length=4, parent=None)
                | Q(level="county", code__length=6, parent__isnull=False)
                | Q(level="township", code__length=9, parent__isnull=False)
                | Q(level="village", code__length=12, parent__isnull=False),
                name="area_code_fits_level",
                violation_error_message="代码位数与层级不符：市 4 位、县 6 位、乡镇 9 位、村 12 位。",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(is_active=True),
                name="area_name_once_in_parent",
                violation_error_message="同一上级下已有同名区划。",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="area_level_code")]

    def __str__(self):
        return self.name

    @property
    def path_name(self):
        """The name behind those of the county and the town it lies in: 富锦市 长安镇 永胜村."""
        names, area = [self.name], self.parent
        while area is not None and len(area.code) > 4:
            names.append(area.name)
            area = area.parent
        return " ".join(reversed(names))

    @property
    def is_gb(self):
        """Whether the county unit has a code of GB/T 2260 (a functional zone such as 高新区 has not)."""
        return self.code.isdigit()


@pghistory.track()
class AreaAlias(models.Model):
    """A former or usual code or name of an area, e.g. 230833 抚远县 before 2016."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="aliases", verbose_name="区划")
    code = models.CharField("旧代码", max_length=12, blank=True, db_collation="C")
    name = models.CharField("别名", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区划别名"
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="", name=""),
                name="areaalias_not_empty",
                violation_error_message="旧代码和别名至少填一项。",
            ),
            models.UniqueConstraint(
                fields=["area", "code", "name"],
                name="areaalias_once",
                violation_error_message="这个别名已经有了。",
            ),
        ]

    def __str__(self):
        return self.name or self.code


@pghistory.track()
class Station(models.Model):
    """市场监督管理所: a county bureau's station, covering one or several towns or villages."""

    name = models.CharField("名称", max_length=60)
    county = models.ForeignKey(
        Area, models.PROTECT, related_name="stations", verbose_name="县(市、区)"
    )
    areas = models.ManyToManyField(
        Area, through="StationArea", related_name="covering_stations", verbose_name="管辖区划"
    )
    is_active = models.BooleanField("在用", default=True)

    follows_area_merges = True
    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监管所"
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name"],
                name="station_name_once_in_county",
                violation_error_message="本县(市、区)已有同名监管所。",
            )
        ]

    def __str__(self):
        return self.name


@pghistory.track()
class StationArea(models.Model):
    """One area of a station. An area belongs to one station at most, so that a business's station
    follows from where it stands."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="station_areas")
    area = models.OneToOneField(
        Area, models.PROTECT, related_name="station_area", verbose_name="区划"
    )

    class Meta:
        verbose_name = verbose_name_plural = "监管所管辖区划"

    def __str__(self):
        return f"{self.station} {self.area}"
