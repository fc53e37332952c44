import datetime
import pytest
from django.urls import reverse
from django.utils import timezone
from inspections.models import SafetyTraining, SafetyExam, RiskList
from tests.inspections.makers_enterprise import load_rules, make_check, make_entity, make_person
from tests.inspections.makers_visits import load_categories
from tests.factories import PASSWORD, UserFactory
from tests.personas import *
from playwright.sync_api import sync_playwright
import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.mark.django_db(transaction=True)
def test_shots(live_server, areas, county_officer, log_in):
    load_rules()
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    first = None
    for n in range(14):
        s = make_entity(
            name=f"第{n + 1}中学食堂",
            form="学校食堂",
            diners=300 + 100 * n,
            grade="B",
            area=["379921001", "379921102", "379921203"][n % 3],
        )
        first = first or s
        if n % 2 == 0:
            make_person(s, post="director", name="赵文博", appointed_on=today - 400 * day)
            make_check(s, checked_on=today - 20 * day, last_on=today - 21 * day)
            make_check(
                s, control="weekly", told="missing", state="absent", checked_on=today - 20 * day
            )
            make_check(s, control="monthly", state="built", checked_on=today - 20 * day)
    for n in range(6):
        make_entity(
            name=f"便民小卖部{n}",
            category="small_grocery",
            safety_officer="王五" if n % 2 else "",
            grade="D",
        )
    make_entity(name="不知多大的饭店", category="catering", form="餐馆", grade="C")
    first.diners = 1860
    first.safety_officer = "孙七"
    first.save()
    p = make_person(first, name="于海波", duty_scope="后厨、库房", appointed_on=today - 100 * day)
    SafetyTraining.objects.create(
        person=p, held_on=today - 30 * day, hours=24, content="市局集中培训", made_by=county_officer
    )
    SafetyExam.objects.create(
        person=p, held_on=today - 10 * day, kind="spot", score=82, made_by=county_officer
    )
    RiskList.objects.create(
        entity=first,
        version=1,
        dated_on=today - 50 * day,
        items="冷藏温度：每日两次\n留样：每餐 125 克",
        made_by=county_officer,
    )
    client = log_in(county_officer)
    cookie = client.cookies["sessionid"].value if "sessionid" in client.cookies else None
    name = next(iter(client.cookies))
    cookie = client.cookies[name].value
    base = live_server.url
    pages = {
        "list": "/safety/",
        "detail": f"/safety/{first.pk}/",
        "form": f"/safety/{first.pk}/controls/new/",
        "person": f"/safety/{first.pk}/people/new/",
        "entity": f"/entities/{first.pk}/",
    }
    pages["entity"] = reverse("entities:entity-detail", args=[first.pk])
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for w, h in ((1366, 768), (390, 844)):
            ctx = b.new_context(viewport={"width": w, "height": h})
            ctx.add_cookies([{"name": name, "value": cookie, "url": base}])
            pg = ctx.new_page()
            for key, path in pages.items():
                pg.goto(base + path)
                pg.wait_for_load_state("load")
                pg.screenshot(path=f"/tmp/shot_{key}_{w}.png", full_page=True)
        b.close()
