"""Pages at two sizes of the register: SQL statements, and the server's time of one request."""

import html
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.generator.register import fill_register
from entities.models import Entity

from .people import CITY, COUNTY, person
from .tables import count
from .workbook import AREAS, SEED

READERS = {"leader": "市领导", "clerk": "县局经办人"}
DETAIL = "主体详情"
REQUESTS = 20
ROUNDS = 2
# Two characters that fill a page at either size, and a name that nobody has.
COMMON, ABSENT = "超市", "没有这一家"


@dataclass(frozen=True)
class Cost:
    """Statements of one request, and the median of its seconds."""

    statements: int
    seconds: float


@contextmanager
def database(name: str) -> Iterator[None]:
    """Work in another database of the same server."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def make_database(name: str, total: int) -> None:
    """A copy of the present database with a made-up register of that size; a kept one is used again."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    server = psycopg2.connect(settings.DATABASE_URL)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        is_known = bool(cursor.fetchone()[0])
    server.close()
    if not is_known:
        _copy(usual, name)
    with database(name):
        call_command("migrate", verbosity=0)
        if count(Entity._meta.db_table) != total:
            fill_register(seed=SEED, total=total, as_of=timezone.localdate(), areas=AREAS)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")


def _copy(usual, name):
    maintenance = settings.DATABASE_URL.replace(f"/{usual}?", "/postgres?")
    server = psycopg2.connect(maintenance)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {usual}")
    server.close()


def addresses(client: Client, reader: str) -> dict[str, str]:
    """The pages of one reader: label → address."""
    listed = reverse("entities:entity-list")
    code = COUNTY if reader == "clerk" else CITY
    entity = Entity.objects.filter(area__code__startswith=code).order_by("pk").first()
    pages = {
        "驾驶舱": reverse("reports:dashboard"),
        "县区看板": reverse("reports:area-dashboard", args=[COUNTY]),
        "主体名录第 1 页": listed,
        "名录按等级 C": f"{listed}?grade=C",
        f"名录搜“{COMMON}”": f"{listed}?{urlencode({'q': COMMON})}",
        "名录搜一家的全名": f"{listed}?{urlencode({'q': entity.name})}",
        "名录搜不到的名称": f"{listed}?{urlencode({'q': ABSENT})}",
        "名录第 3 页": _third(client, listed),
        DETAIL: reverse("entities:entity-detail", args=[entity.pk]),
    }
    rows = reverse("responsibility:holding-list")
    pages |= {
        "包保分配": reverse("responsibility:coverage"),
        "未分配名单": f"{rows}?standing=unassigned",
        "已包名单": f"{rows}?standing=covered",
    }
    due = reverse("inspections:due-list")
    pages |= {
        "督导任务": due,
        "督导任务已督名单": f"{due}?view=done",
        "督导记录": reverse("inspections:visit-list"),
        "问题整改": reverse("inspections:problem-list"),
        "问题整改已闭环": f"{reverse('inspections:problem-list')}?tab=settled",
    }
    if reader == "clerk":
        pages["上传记录"] = reverse("entities:upload-list")
    return pages


def _third(client, listed):
    """The pager's link, pressed twice."""
    address = listed
    for number in (2, 3):
        text = client.get(address).content.decode()
        links = re.findall(rf'href="(\?[^"]*after=[^"]*page={number}[^"]*)"', text)
        address = listed + html.unescape(links[0])
    return address


def measure(
    small: str, large: str, chosen: Callable[[Client, str], dict[str, str]] = addresses
) -> dict[tuple[str, str], tuple[Cost, Cost]]:
    """(reader, page) → its cost in both databases, of the pages that are `chosen`. They take turns, page by
    page, so that another program's work falls on both."""
    seen = {}
    for reader in READERS:
        times, statements = {}, {}
        for _ in range(ROUNDS):
            for name in (small, large):
                with database(name):
                    _visit(reader, name, times, statements, chosen)
        for label in dict.fromkeys(label for _, label in times):
            costs = (
                Cost(statements[name, label], statistics.median(times[name, label]))
                for name in (small, large)
            )
            seen[reader, label] = tuple(costs)
    return seen


def _visit(reader, name, times, statements, chosen):
    client = Client(SERVER_NAME="localhost")
    client.force_login(person(reader), backend=settings.AUTHENTICATION_BACKENDS[-1])
    for label, address in chosen(client, reader).items():
        with CaptureQueriesContext(connection) as queries:
            _get(client, address)
        statements[name, label] = len(queries)
        spent = times.setdefault((name, label), [])
        for _ in range(REQUESTS // ROUNDS):
            started = time.perf_counter()
            _get(client, address)
            spent.append(time.perf_counter() - started)


def _get(client, address):
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")


def export_seconds() -> float:
    """The whole register as a workbook through the page's own door."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person("officer"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    started = time.perf_counter()
    response = client.get(reverse("entities:entity-export"))
    size = sum(len(chunk) for chunk in response.streaming_content)
    seconds = time.perf_counter() - started
    if response.status_code != 200 or size < 1_000_000:
        raise RuntimeError(f"{response.status_code}, {size}")
    return seconds
