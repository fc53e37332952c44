"""The same workbook over HTTP: a real web server and a real worker, and a browser's requests."""

import http.cookiejar
import re
import socket
import time
import urllib.parse
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from entities.ledger.pulse import worker_state
from entities.models import LedgerUpload
from jiamusi_foodsafety.kit.management.commands.demo import HOST, answers, celery, web
from jiamusi_foodsafety.kit.supervisor import Supervisor

from .people import CITY, PASSWORD

LOOK_EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 120


class Browser:
    """A person at the pages: cookies, the forms' tokens, redirects followed."""

    def __init__(self, address: str):
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str):
        return self.opener.open(self.address + path, timeout=30)

    def post(self, path: str, **fields):
        fields["csrfmiddlewaretoken"] = next(c.value for c in self.cookies if c.name == "csrftoken")
        request = urllib.request.Request(  # noqa: S310 (loopback)
            self.address + path,
            data=encode_multipart(BOUNDARY, fields),
            headers={"Content-Type": MULTIPART_CONTENT},
        )
        return self.opener.open(request, timeout=30)

    def log_in(self, username: str) -> None:
        self.get("/login/")
        response = self.post("/login/", username=username, password=PASSWORD)
        if "/login" in response.url:
            raise RuntimeError(f"{username} 登录不成功")

    def wait(self, page: str) -> None:
        """Look at the progress until the page says that it is to be loaded anew."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.get(f"{page}progress/").headers.get("HX-Refresh"):
                return
            time.sleep(LOOK_EVERY_SECONDS)
        raise RuntimeError(f"{page} 没有完成")


@contextmanager
def running(logs: Path):
    """A web server on a free port and a worker, as the demo starts them; gives the address."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    address = f"http://{HOST}:{port}"
    with Supervisor() as supervisor:
        supervisor.add("worker", celery("worker", "--concurrency", "2"), logs / "worker.log")
        supervisor.add("web", web(port), logs / "web.log")
        ready = supervisor.wait_for(
            lambda: answers(f"{address}/healthz") and worker_state(at=timezone.now()).is_alive, 90
        )
        if not ready:
            raise RuntimeError(f"网页服务或工作进程没有启动，日志在 {logs}")
        yield address


def upload_over_http(address: str, path: Path) -> float:
    """Seconds from sending the form to seeing 已写入, the person pressing 确认写入 at once."""
    browser = Browser(address)
    browser.log_in("officer")
    browser.get("/uploads/")
    started = time.perf_counter()
    with path.open("rb") as file:
        response = browser.post(
            "/uploads/new/", file=file, area=CITY, mode="partial", key=uuid.uuid4().hex
        )
    page = urllib.parse.urlsplit(response.url).path
    if not re.fullmatch(r"/uploads/\d+/", page):
        raise RuntimeError(f"上传后到了 {page}")
    browser.wait(page)
    browser.post(f"{page}confirm/", sure="1")
    browser.wait(page)
    seconds = time.perf_counter() - started
    upload = LedgerUpload.objects.get(pk=page.split("/")[2])
    if upload.state != "applied" or upload.new != upload.rows:
        raise RuntimeError(f"{upload.state} {upload.code} {upload.message}")
    return seconds


def logs_folder() -> Path:
    return settings.DATA_DIR / "log"
