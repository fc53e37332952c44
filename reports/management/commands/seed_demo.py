"""`manage.py seed_demo`: the demonstration's data through the same doors that its users have.

Repeatable: what is there already stays; a second run only prints the accounts.
"""

import contextlib
import json
import os
import secrets
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from entities import tasks
from entities.enums import ProposalKind, ProposalSource, ProposalState, UploadChannel, UploadState
from entities.ledger import process, uploads
from entities.ledger.pulse import worker_state
from entities.models import LedgerUpload, Proposal
from entities.services.reviews import proposals_approve
from entities.services.screening import propose_expired
from entities.services.twins import twins_find
from inspections.generator.checks import seed_checks
from inspections.generator.enterprise import seed_enterprise
from inspections.generator.visits import seed_visits
from inspections.services.plates import plates_draw
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area, Station, User
from jiamusi_foodsafety.jurisdiction.services import seed_stations, staff_create
from reports.generator.reports import seed_reports
from reports.services import seeds_profiles
from responsibility.generator.papers import seed_papers
from responsibility.generator.story import seed_bonds
from responsibility.generator.talk import seed_talk
from responsibility.models import Membership
from responsibility.services.changes import changes_collect

CITY, COUNTY = "2308", "230882"
SEED = 2022
# username, name, post, role, area; one a role is printed
PEOPLE = (
    ("chenxiaofeng", "陈晓峰", "信息中心主任", roles.CITY_ADMIN, CITY),
    ("liming", "李明", "食品协调科科长", roles.CITY_OFFICER, CITY),
    ("fj_wangjing", "王静", "食品安全监管股科员", roles.COUNTY_OFFICER, COUNTY),
    ("fj_xuliang", "徐亮", "监管员", roles.STATION_OFFICER, None),
    ("fj_zhaoguoqiang", "赵国强", "副镇长", roles.CADRE, f"{COUNTY}103"),
    ("zhoujianguo", "周建国", "副市长", roles.LEADER, CITY),
    ("dudao1", "刘志强", "第二督导组组长", roles.SUPERVISION, None),
)
# who of them are also 包保干部
BEARERS = ("fj_zhaoguoqiang", "zhoujianguo")
SUPERVISED = ("230882", "230881", "230883")
WAIT_SECONDS = 180


class Command(BaseCommand):
    help = "载入演示数据：区划、账号、十一个县区的台账（经同一条上传流程）、筛除 1,900 家、包保干部和包保关系、清单与承诺、三十天的日报"

    def handle(self, *args, **options):
        began = time.monotonic()
        with contextlib.redirect_stdout(self.stdout):
            if not Area.objects.filter(pk=CITY).exists():
                call_command("load_areas")
            call_command("load_register_fixtures", verbosity=0)
        seed_stations(city=Area.objects.get(pk=CITY))
        password = self.people()
        clerks = self.clerks()
        done = set(
            LedgerUpload.objects.filter(uploaded_by__in=clerks.values()).values_list(
                "area_id", flat=True
            )
        )
        if len(done) < len(clerks):
            self.upload(clerks, done)
        self.finish(clerks)
        self.screen(clerks)
        # What the clock does at night; the demonstration need not wait for it.
        propose_expired(on=timezone.localdate())
        self.responsibility(clerks)
        self.inspections(clerks)
        seed_reports(
            city=Area.objects.get(pk=CITY), by=User.objects.get(username="liming"), clerks=clerks,
            at=timezone.now(), say=self.say,
        )  # fmt: skip
        # After the histories were dated: a sample is drawn from them, and must be drawn again from the same.
        seed_checks(
            city=Area.objects.get(pk=CITY), by=User.objects.get(username="liming"), clerks=clerks,
            at=timezone.localtime(),
        )  # fmt: skip
        seeds_profiles.load(city=Area.objects.get(pk=CITY), at=timezone.now())
        twins_find(at=timezone.now())
        self.say(f"演示数据已就绪（{time.monotonic() - began:.0f} 秒）")
        self.accounts(password)

    # --- accounts -------------------------------------------------------------------------
    def people(self):
        """Make the accounts; their password is drawn at random once and kept in the data folder."""
        kept = Path(settings.DATA_DIR) / "demo-password"
        if not kept.exists():
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write("Jms-" + secrets.token_hex(4))
        password = kept.read_text().strip()
        for username, name, post, role, area in PEOPLE:
            if not User.objects.filter(username=username).exists():
                self.person(username, name, post, role, area, password=password)
        return password

    def person(self, username, name, post, role, area, *, password):
        place = {"area": Area.objects.get(pk=area)} if area else {}
        if role == roles.STATION_OFFICER:
            place["station"] = Station.objects.filter(county=COUNTY).order_by("pk").first()
        if role == roles.SUPERVISION:
            place["counties"] = list(Area.objects.filter(pk__in=SUPERVISED))
        return staff_create(
            username=username, name=name, post=post, role=role, password=password,
            must_change=False, at=timezone.now(), **place,
        )  # fmt: skip

    def clerks(self):
        """One clerk a county uploads its ledger: {county code: account}."""
        found = {}
        for county in Area.objects.active().counties().within(CITY).order_by("code"):
            username = "fj_wangjing" if county.pk == COUNTY else f"clerk_{county.pk.lower()}"
            clerk = User.objects.filter(username=username).first()
            found[county.pk] = clerk or self.person(
                username, f"{county.name}经办", "食品安全监管股科员", roles.COUNTY_OFFICER,
                county.pk, password=secrets.token_urlsafe(12) + "aA1",
            )  # fmt: skip
        return found

    def accounts(self, password):
        self.say("账号（每个角色一个，密码都是 " + password + "）：")
        for username, name, _post, role, _area in PEOPLE:
            self.say(f"  {username:<16}{role}　{name}")

    # --- ledgers --------------------------------------------------------------------------
    def upload(self, clerks, done):
        with tempfile.TemporaryDirectory(prefix="ledgers-") as folder:
            call_command("make_ledgers", seed=SEED, out=Path(folder), stdout=self.stdout)
            for path in sorted(Path(folder).iterdir()):
                code = path.name.partition("-")[0]
                if code in clerks and code not in done:
                    with path.open("rb") as source:
                        upload = uploads.upload_accept(
                            source=source, filename=path.name, area=Area.objects.get(pk=code),
                            by=clerks[code], channel=UploadChannel.PAGE, at=timezone.now(),
                        )  # fmt: skip
                    tasks.ring(upload.pk)
            manifest = json.loads((Path(folder) / "manifest.json").read_text())
            self.say(f"已上传 11 个县区的台账，共 {manifest['total']['rows']:,} 行")

    def finish(self, clerks):
        """Confirm each upload once it is compared, as its clerk would, until all are written."""
        deadline = time.monotonic() + WAIT_SECONDS
        mine = LedgerUpload.objects.filter(uploaded_by__in=clerks.values()).exclude(
            state__in=[UploadState.APPLIED, UploadState.UNDONE, UploadState.DISCARDED]
        )
        while waiting := list(mine.order_by("pk")):
            if time.monotonic() > deadline:
                raise CommandError("台账没有在三分钟内写入完，请查看 worker 的日志。")
            for upload in waiting:
                self.push(upload)
            time.sleep(0.3)

    def push(self, upload):
        if upload.state == UploadState.REFUSED:
            raise CommandError(f"{upload.filename}：{upload.message}")
        if upload.state == UploadState.REVIEW:
            uploads.upload_confirm(upload=upload, by=upload.uploaded_by, at=timezone.now())
            tasks.ring(upload.pk)
            self.say(
                f"  {upload.filename}：新增 {upload.new:,}，拒收 {upload.refused_rows}，"
                f"提示 {upload.warned_rows}"
            )
        elif not worker_state(at=timezone.now()).is_alive:
            process.upload_work(upload.pk)

    # --- screening ------------------------------------------------------------------------
    def screen(self, clerks):
        """The counties approve what the ledgers' remarks proposed (已关门、搬走 …): 1,900 businesses."""
        approved = 0
        for code, clerk in clerks.items():
            waiting = Proposal.objects.within(code).filter(
                kind=ProposalKind.SCREEN, source=ProposalSource.LEDGER,
                state=ProposalState.PROPOSED, proposed_at__lt=timezone.now(),
            )  # fmt: skip
            if (
                waiting.exists()
                and not Proposal.objects.within(code).filter(decided_by=clerk).exists()
            ):
                approved += proposals_approve(
                    actor=clerk, proposals=waiting, note="已实地核实，批准筛除"
                )["decided"]
        if approved:
            self.say(f"已批准筛除 {approved:,} 家")

    # --- who answers for whom ---------------------------------------------------------------
    def responsibility(self, clerks):
        city, now = Area.objects.get(pk=CITY), timezone.localtime()
        officer = User.objects.get(username="liming")
        with contextlib.redirect_stdout(self.stdout):
            call_command("load_responsibility_fixtures", stdout=self.stdout)
        # Who sits in a body does so with his account: the team's counties are then what it sees.
        for username, name, *_ in PEOPLE:
            Membership.objects.filter(body__area=city, name=name, user=None).update(
                user=User.objects.get(username=username)
            )
        seed_bonds(
            city=city, by=officer, at=now, say=self.say,
            people=User.objects.filter(username__in=BEARERS).order_by("pk"),
        )  # fmt: skip
        changes_collect(at=now)
        seed_papers(city=city, by=officer, clerks=clerks, at=now)
        seed_talk(city=city, by=officer, clerks=clerks, at=now)

    # --- visits, problems, checks -----------------------------------------------------------
    def inspections(self, clerks):
        city, now = Area.objects.get(pk=CITY), timezone.localtime()
        officer = User.objects.get(username="liming")
        with contextlib.redirect_stdout(self.stdout):
            call_command("load_inspection_fixtures", stdout=self.stdout)
        seed_visits(city=city, by=officer, at=now, say=self.say)
        seed_enterprise(city=city, by=officer, at=now, say=self.say)
        plates_draw()

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()
