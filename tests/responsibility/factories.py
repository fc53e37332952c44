"""Cadres and bonds for tests. Give `area` (or `area_id`)."""

import datetime

import factory

from responsibility.models import Assignment, Cadre


class CadreFactory(factory.django.DjangoModelFactory):
    """A village cadre in post; give it an `area`, and `level=` for another level."""

    class Meta:
        model = Cadre

    class Params:
        left = factory.Trait(
            is_in_post=False, in_post_to=datetime.date(2022, 10, 1), leave_reason="transfer"
        )

    name = factory.Sequence(lambda n: f"王五{n}")
    post = "村委会主任"
    level = "village"
    phone = factory.Sequence(lambda n: f"1380454{n:04d}")


class AssignmentFactory(factory.django.DjangoModelFactory):
    """A bond in force since 2022-10-01; give it `entity` and `cadre`. The database fills the copies."""

    class Meta:
        model = Assignment

    area = factory.SelfAttribute("entity.area")
    status = factory.SelfAttribute("entity.status")
    grade = factory.SelfAttribute("entity.grade")
    level = factory.SelfAttribute("cadre.level")
    from_on = datetime.date(2022, 10, 1)
    reason = "manual"
