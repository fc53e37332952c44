"""Test data. Areas come from the `areas` fixture; pass them (or their codes as `area_id`)."""

import datetime

import factory
from django.contrib.auth.models import Group
from django.utils import timezone

from entities.models import Category, Entity
from jiamusi_foodsafety.jurisdiction.models import Station, StationArea, User

PASSWORD = "Jiamusi-2022-Test"


class StationFactory(factory.django.DjangoModelFactory):
    """`county`, and `covers=[area, …]`."""

    class Meta:
        model = Station
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"第{n}市场监督管理所")

    @factory.post_generation
    def covers(self, create, extracted, **kwargs):
        StationArea.objects.bulk_create(
            [StationArea(station=self, area=area) for area in extracted or []]
        )


class UserFactory(factory.django.DjangoModelFactory):
    """`role=` a name of roles.py, `area=` or `station=` or `allotted=[county, …]`; password PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"张三{n}")
    password = factory.django.Password(PASSWORD)
    password_changed_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        if extracted:
            self.groups.add(Group.objects.get(name=extracted))

    @factory.post_generation
    def allotted(self, create, extracted, **kwargs):
        self.counties.set(extracted or [])


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ("code",)

    code = "catering"
    name = "餐饮服务"


class EntityFactory(factory.django.DjangoModelFactory):
    """An operating restaurant with a JY licence; give it an `area`."""

    class Meta:
        model = Entity
        skip_postgeneration_save = True

    class Params:
        graded = factory.Trait(grade="C", grade_source="ledger")
        screened = factory.Trait(status="closed")
        expired = factory.Trait(expires_on=datetime.date(2020, 1, 1))

    name = factory.Sequence(lambda n: f"示例餐馆{n}号店")
    credit_code = ""
    licence_no = factory.Sequence(lambda n: f"JY2379921{n:07d}")
    licence_kind = "JY"
    category = factory.SubFactory(CategoryFactory)
    legal_person = "李四"
    phone = "13804540000"
    address = "示例街 1 号"
