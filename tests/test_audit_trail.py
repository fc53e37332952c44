"""The log of acts: complete, unchangeable, without phones and passwords."""

import logging

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from entities.models import GradingStandard
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.foreign import PHONE, plant

pytestmark = pytest.mark.django_db


def test_the_log_cannot_be_changed_or_emptied(home):
    for act in (
        lambda: AuditRecord.objects.filter(pk=home.record.pk).update(actor_name="x"),
        lambda: AuditRecord.objects.filter(pk=home.record.pk).delete(),
        home.record.delete,
        home.record.save,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert AuditRecord.objects.filter(pk=home.record.pk).exists()


def test_each_act_leaves_exactly_one_record_with_who_and_from_where(
    home, city_admin, county_officer, log_in, areas
):
    call_command("load_register_fixtures", verbosity=0)
    standard = GradingStandard.objects.order_by("pk").first()
    clerk, boss = log_in(county_officer), log_in(city_admin)
    entity, upload = home.entity.pk, home.upload.pk
    tick = {"pk": entity, "confirmed": 1, "reason": "试"}
    acts = [
        (clerk, "entities:entity-phone", [entity], {}, "reveal"),
        (clerk, "entities:entity-bulk-grade", [], tick | {"grade": "A"}, "change"),
        (clerk, "entities:entity-bulk-adopt", [], tick, "change"),
        (clerk, "entities:screening-decide", [home.proposal.pk], {"act": "return", "note": "补材料"}, "review"),
        (clerk, "entities:entity-bulk-screen", [], tick | {"status_to": "closed"}, "review"),
        (boss, "entities:sample-decide", [home.drawn.pk], {"act": "pass"}, "review"),
        (boss, "entities:transfer-decide", [home.transfer.pk], {"act": "reject", "note": "否"}, "review"),
        (clerk, "entities:upload-renewals", [upload], {"row-4": "new"}, "change"),
        (clerk, "entities:upload-columns", [upload], {"heading": "自家杂项", "field": ""}, "change"),
        (clerk, "entities:upload-discard", [upload], {}, "discard"),
        (boss, "entities:grading-standard-draft", [standard.pk],
         {"name": "新稿", "effective_from": "2023-01-01"}, "change"),
        (boss, "reports:daily-report-build", [], {}, "report"),
        (clerk, "api-key-create", [], {"label": "对接"}, "api_key"),
        (boss, "admin:jurisdiction_areaalias_add", [], {"area": "379921", "name": "新名"}, "area"),
        (boss, "admin:jurisdiction_area_change", ["379921203"], {"name": "石桥镇"}, "area"),
        (boss, "admin:jurisdiction_user_change", [home.clerk.pk],
         {"name": "改", "role": "县区局人员", "area": "379921", "is_active": "on"}, "account"),
        (boss, "admin:jurisdiction_user_change", [home.clerk.pk],
         {"name": "改", "role": "领导(只读)", "area": "379921", "is_active": "on"}, "permission"),
    ]  # fmt: skip
    for client, url, args, data, action in acts:
        before = set(AuditRecord.objects.values_list("pk", flat=True))
        response = client.post(reverse(url, args=args), data)
        assert response.status_code in (200, 302), url
        found = AuditRecord.objects.exclude(pk__in=before)
        told = list(found.values_list("action", "address", "is_success"))
        assert told == [(action, "127.0.0.1", True)], (url, told)
        assert found.get().actor is not None


def test_no_phone_and_no_password_stands_in_a_log_line(home, areas, caplog):
    plant(areas)
    client = Client()
    with caplog.at_level(logging.DEBUG):
        client.post(reverse("login"), {"username": PHONE, "password": "Geheim-2022-Wort"})
        client.get(reverse("entities:entity-list"), {"q": PHONE})
    said = " ".join(str(record.__dict__) for record in caplog.records)
    assert "Geheim-2022-Wort" not in said
