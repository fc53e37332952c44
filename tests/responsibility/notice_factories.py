"""Notices for tests."""

import datetime

import factory
from django.utils import timezone

from responsibility.models import Notice, NoticeTarget


class NoticeFactory(factory.django.DjangoModelFactory):
    """Issued by the city 3799 and due in three days; `to=[area code, …]`; `draft=True` for a draft."""

    class Meta:
        model = Notice
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state="draft", issued_at=None)

    area_id = "3799"
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"变更调整与档案{n}")
    topic = "变更"
    body = "七个工作日内完成交接。"
    action_required = "反馈变更数"
    state = "issued"
    issued_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1))
    due_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=3))

    @factory.post_generation
    def to(self, create, extracted, **kwargs):
        NoticeTarget.objects.bulk_create(
            [NoticeTarget(notice=self, area_id=code) for code in extracted or []]
        )
