import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jiamusi_foodsafety.kit.addresses import data_dir
from jiamusi_foodsafety.kit.services import ServicesError, ensure_services, stop_services
from jiamusi_foodsafety.kit.supervisor import Supervisor, SupervisorError

HOST = "127.0.0.1"
APP = "jiamusi_foodsafety"
# Each thread keeps a database connection: few threads, long lives (the same in the Dockerfile).
THREADS = ["--blocking-threads", "8", "--blocking-threads-idle-timeout", "600"]


class Command(BaseCommand):
    help = "演示：启动全部进程，载入演示数据，在本机提供网页服务；Ctrl-C 停止"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *args, port, **options):
        began = time.monotonic()
        folder = data_dir()
        refuse_taken_port(port)
        with alone(folder):
            try:
                self.run(folder, port, began)
            except SupervisorError as error:
                raise CommandError(f"进程反复退出，已停止。{error}") from error
            finally:
                stop_services(folder)
                self.say(f"已全部停止，数据保留在 {folder}")

    def run(self, folder, port, began):
        # Embedded servers are watched; others that DATABASE_URL names are somebody else's.
        embedded = str(folder) in os.environ["DATABASE_URL"]
        logs = folder / "log"
        with Supervisor(
            pulse=lambda: self.keep_services(folder) if embedded else None,
            notice=lambda name: self.say(f"{name} 意外退出，已重新启动（日志 {logs}）"),
        ) as supervisor:
            self.start(supervisor, logs, port, began)
            supervisor.wait()
            self.say("\n正在停止…")

    def keep_services(self, folder):
        try:
            ensure_services(folder)
        except ServicesError as error:  # tried again at the next pulse
            self.say(f"内置数据库暂未启动：{error}")

    def start(self, supervisor, logs, port, began):
        self.say("正在更新数据库结构…")
        if not self.manage(supervisor, "migrate", "--verbosity", "0"):
            return
        supervisor.add("worker", celery("worker", "--concurrency", "2"), logs / "worker.log")
        self.say("正在准备演示数据（首次约一至两分钟）…")
        if not self.manage(supervisor, "seed_demo"):
            return
        supervisor.add("beat", celery("beat"), logs / "beat.log")
        supervisor.add("web", web(port), logs / "web.log")
        address = f"http://{HOST}:{port}/"
        if supervisor.wait_for(lambda: answers(address + "healthz"), 60):
            self.say(f"\n网址 {address}（用时 {time.monotonic() - began:.0f} 秒，Ctrl-C 停止）")
        elif not supervisor.stopping.is_set():
            self.say(f"\n网址 {address}，但自检未通过，详见 {address}healthz 与 {logs}")

    def manage(self, supervisor, *arguments):
        """Run one command, its output shown; false when somebody said stop meanwhile."""
        process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        while process.poll() is None:
            if supervisor.stopping.wait(0.1):
                process.terminate()
                process.wait()
                return False
        if process.returncode != 0:
            raise CommandError(f"manage.py {arguments[0]} 失败（{process.returncode}）")
        return True

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


def celery(*arguments):
    names = ["-n", "worker@%h", "--without-gossip", "--without-mingle"]
    return [
        sys.executable, "-m", "celery", "-A", APP, *arguments, "--loglevel", "INFO",
        *(names if arguments[0] == "worker" else []),
    ]  # fmt: skip


def web(port):
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST,
        "--port", str(port), "--workers", "2", *THREADS, f"{APP}.wsgi:application",
    ]  # fmt: skip


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=3) as response:  # noqa: S310 (loopback)
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def refuse_taken_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(f"端口 {port} 已被占用，请换一个：make demo PORT=8001") from error


@contextmanager
def alone(folder):
    """One demo at a time in one data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "demo.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"{folder} 的演示已在运行；请先停止它，或用 DATA_DIR 另选目录"
            ) from error
        yield
