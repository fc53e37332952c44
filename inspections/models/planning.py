"""How visits are planned in one city, as data: which frequency table holds, the rule for businesses that
come in mid-period, and what makes a business stand earlier in the list."""

import pghistory
from django.db import models

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import DEFAULT_PRESET


@pghistory.track()
class VisitSetting(models.Model):
    """One row a city (示例，可修改). `least_days`: a business that comes in mid-period is due in it when so
    many days are left (of a short period a third). The weights order the due list and nothing else: the
    list counts days since the last visit until the period's last day, and adds what stands here."""

    area = models.OneToOneField(
        Area, models.PROTECT, primary_key=True, related_name="+", verbose_name="市"
    )
    preset = models.CharField("频次方案", max_length=20, default=DEFAULT_PRESET)
    least_days = models.PositiveSmallIntegerField("期中新增：剩余天数不少于", default=30)
    day_weight = models.PositiveSmallIntegerField("每隔 1 天没去", default=1)
    never_days = models.PositiveSmallIntegerField("从未督导按多少天计", default=365)
    problem_weight = models.PositiveSmallIntegerField("以往每 1 个问题", default=5)
    open_weight = models.PositiveSmallIntegerField("每 1 个未结问题", default=60)
    licence_weight = models.PositiveSmallIntegerField("许可证临期或过期", default=40)
    licence_days = models.PositiveSmallIntegerField("许可证多少天内到期算临期", default=30)
    grade_a_weight = models.PositiveSmallIntegerField("A级", default=60)
    grade_b_weight = models.PositiveSmallIntegerField("B级", default=40)
    grade_c_weight = models.PositiveSmallIntegerField("C级", default=20)
    grade_d_weight = models.PositiveSmallIntegerField("D级", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "督导安排"

    def __str__(self):
        return f"{self.area} {self.preset}"
