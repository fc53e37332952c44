"""Dictionaries that staff can edit: categories and business forms."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models


@pghistory.track()
class Category(models.Model):
    """主体类别. `is_small` marks 三小 (workshop, small catering, small grocery, stall): their credit
    code may be blank and their certificate number has no national form."""

    code = models.CharField("代码", max_length=20, primary_key=True)
    name = models.CharField("名称", max_length=20, unique=True)
    synonyms = ArrayField(
        models.CharField(max_length=40), verbose_name="同义词", default=list, blank=True
    )
    is_small = models.BooleanField("三小", default=False)
    position = models.PositiveSmallIntegerField("次序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "主体类别"

    def __str__(self):
        return self.name


@pghistory.track()
class BusinessForm(models.Model):
    """业态: open text in the register; this dictionary offers usual words."""

    name = models.CharField("名称", max_length=40, unique=True)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="forms", verbose_name="类别"
    )
    synonyms = ArrayField(
        models.CharField(max_length=40), verbose_name="同义词", default=list, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "业态"

    def __str__(self):
        return self.name
