"""The calendar that the working-day clocks count by (domain §9: 15 + 7 working days)."""

import pghistory
from django.db import models


@pghistory.track()
class CalendarDay(models.Model):
    """A day that differs from the week's rhythm: a holiday on a weekday, or a worked weekend (调休).
    Days without a row follow the week: Monday to Friday are worked."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班", default=False)
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "节假日"

    def __str__(self):
        return f"{self.date} {self.name}"
