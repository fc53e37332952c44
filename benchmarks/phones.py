"""Two hundred phones that come back to the network at once: a real web server, photographs first, then the
visit; every visit twice, and every tenth phone hears no answer the first time."""

import datetime
import http.client
import io
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from PIL import Image

from entities.models import Category, Entity
from inspections.models import Checklist, Photo, Problem, Visit
from inspections.services.seeds_problems import load as load_problems
from inspections.services.seeds_visits import load as load_visits
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.services import staff_create
from responsibility.models import Assignment, Cadre

from .people import PASSWORD

PHONES, PHOTOS = 200, 2
CSRF = "b" * 32
DEAF_EVERY, PATIENCE = 10, 120


@dataclass
class Phone:
    """One cadre's phone: his session, his business, what he sends, what he heard."""

    session: str
    entity: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    photos: list[str] = field(default_factory=lambda: [uuid.uuid4().hex for _ in range(PHOTOS)])
    statuses: list[int] = field(default_factory=list)
    seconds: float = 0
    failure: str = ""


def make_phones() -> list[Phone]:
    """The cadres with their accounts and businesses, each logged in."""
    today = timezone.localdate()
    load_visits(on=today)
    load_problems(on=today)
    area = _village()
    category = Category.objects.get(code="small_grocery")
    phones = []
    for number in range(PHONES):
        user = _account(number, area)
        cadre, _ = Cadre.objects.get_or_create(
            user=user, defaults={"name": user.name, "area": area, "level": "village"}
        )
        entity = Entity.objects.create(
            area=area, category=category, name=f"示例食杂店{number}号", grade="D",
            licence_no=f"BENCH{uuid.uuid4().hex[:12]}", licence_kind="SMALL",
        )  # fmt: skip
        Assignment.objects.create(
            entity=entity, cadre=cadre, area=area, status=entity.status, grade="D", level="village",
            from_on=today - datetime.timedelta(days=30), reason="manual",
        )  # fmt: skip
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        phones.append(Phone(client.cookies[settings.SESSION_COOKIE_NAME].value, entity.pk))
    return phones


def _village():
    found = Area.objects.filter(level="village").order_by("code").first()
    return found or Area.objects.filter(level="township").order_by("code").first()


def _account(number, area):
    username = f"phone{number}"
    found = User.objects.filter(username=username).first()
    return found or staff_create(
        username=username, role=roles.CADRE, name=f"示例干部{number}", post="", password=PASSWORD,
        must_change=False, at=timezone.now(), area=area,
    )  # fmt: skip


def send_all(address: str, phones: list[Phone]) -> float:
    """All phones at once; the seconds until the last one is done."""
    picture, answers = photograph(), answers_of()
    gate = threading.Barrier(len(phones) + 1)
    threads = [
        threading.Thread(target=_run, args=(address, phone, number, (picture, answers, gate)))
        for number, phone in enumerate(phones)
    ]
    connection.close()
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def photograph() -> bytes:
    """A JPEG as a phone's page makes it: 1600 × 1200, some hundred KB."""
    chance = random.Random(1)  # noqa: S311
    small = Image.frombytes("RGB", (200, 150), chance.randbytes(200 * 150 * 3))
    out = io.BytesIO()
    small.resize((1600, 1200)).save(out, "JPEG", quality=70)
    return out.getvalue()


def answers_of() -> tuple[int, list[str]]:
    checklist = Checklist.objects.get(level="village", state="issued")
    return checklist.pk, list(checklist.items.order_by("order").values_list("code", flat=True))


def _run(address, phone, number, load):
    picture, answers, gate = load
    gate.wait()
    started = time.perf_counter()
    try:
        for key in phone.photos:
            _try(address, phone, "/api/v1/photos/", *_photo(key, picture))
        body = json.dumps(_visit(phone, *answers)).encode()
        if number % DEAF_EVERY == 0:
            _request(address, phone, "/api/v1/visits/", body, "application/json", is_deaf=True)
        for _ in range(2):
            _try(address, phone, "/api/v1/visits/", body, "application/json")
    except Exception as error:
        phone.failure = f"{type(error).__name__} {error}"
    phone.seconds = time.perf_counter() - started


def _photo(key, picture):
    file = io.BytesIO(picture)
    file.name = f"{key}.jpg"
    return encode_multipart(BOUNDARY, {"key": key, "file": file}), MULTIPART_CONTENT


def _visit(phone, checklist, codes):
    now = timezone.localtime()
    begun = now - datetime.timedelta(minutes=1)
    wrong = codes[3]
    return {
        "key": phone.key, "entity": phone.entity, "checklist": checklist, "kind": "visit",
        "mode": "on_site", "started_at": begun.isoformat(), "finished_at": now.isoformat(),
        "answers": dict.fromkeys(codes, "yes") | {wrong: "no"},
        "problems": [{"key": phone.key[::-1], "item": wrong, "title": "货架有过期食品",
                      "kind": "general", "photos": phone.photos}],
        "photos": [], "contact": "", "note": "",
    }  # fmt: skip


def _try(address, phone, path, body, kind):
    """Until the server has it, as a phone does; the same key each time."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status = _request(address, phone, path, body, kind)
        if status in (200, 201):
            phone.statuses.append(status)
            return
        if (status < 500 and status != 429) or time.monotonic() > deadline:
            raise RuntimeError(f"{path} {status}")
        time.sleep(0.5)


def _request(address, phone, path, body, kind, *, is_deaf=False):
    """The status; 599 when the connection broke. A deaf phone hangs up before the answer."""
    to = urlsplit(address)
    link = http.client.HTTPConnection(to.hostname, to.port, timeout=60)
    cookies = f"{settings.SESSION_COOKIE_NAME}={phone.session}; csrftoken={CSRF}"
    headers = {"Content-Type": kind, "Cookie": cookies, "X-CSRFToken": CSRF}
    try:
        link.request("POST", path, body, headers)
        if is_deaf:
            return 599
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 599
    finally:
        link.close()


def faults(phones: list[Phone]) -> list[str]:
    """What was lost or doubled, as sentences; nothing when all is there once."""
    keys = [phone.key for phone in phones]
    visits = Visit.objects.filter(key__in=keys)
    entities = [phone.entity for phone in phones]
    wanted = {
        "督导": (visits.count(), len(phones)),
        "这些主体的督导": (Visit.objects.filter(entity__in=entities).count(), len(phones)),
        "问题": (Problem.objects.filter(entity__in=entities).count(), len(phones)),
        "照片": (
            Photo.objects.filter(visit__in=visits, problem__visit__in=visits).count(),
            PHOTOS * len(phones),
        ),
    }
    found = [f"{what} {there}，应为 {due}" for what, (there, due) in wanted.items() if there != due]
    return found + [phone.failure for phone in phones if phone.failure]
