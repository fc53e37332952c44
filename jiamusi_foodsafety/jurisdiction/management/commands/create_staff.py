import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ... import roles
from ...models import Area, Station
from ...services import staff_create
from ...services.accounts import AccountError, random_password


class Command(BaseCommand):
    help = "建立账号；密码随机生成并只显示一次，或用 --password-stdin 从标准输入读取"

    def add_arguments(self, parser):
        parser.add_argument("--username", required=True)
        parser.add_argument("--role", required=True, choices=roles.ALL)
        parser.add_argument("--area", help="区划代码；监管所人员不填；督导组可填多个县，用逗号分开")
        parser.add_argument("--station", help="监管所的编号或名称（监管所人员）")
        parser.add_argument("--name", default="")
        parser.add_argument("--post", default="")
        parser.add_argument("--password-stdin", action="store_true")
        parser.add_argument("--keep-password", action="store_true", help="首次登录不要求修改密码")

    def handle(self, *args, **options):
        given = options["password_stdin"]
        password = sys.stdin.readline().rstrip("\r\n") if given else random_password()
        try:
            user = staff_create(
                username=options["username"],
                role=options["role"],
                name=options["name"],
                post=options["post"],
                password=password,
                must_change=not options["keep_password"],
                at=timezone.now(),
                **self._place(options),
            )
        except AccountError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"账号 {user.username}（{options['role']}）已建立")
        if not given:
            self.stdout.write(f"初始密码 {password} （只显示这一次，首次登录须修改）")

    def _place(self, options):
        codes = [code.strip() for code in (options["area"] or "").split(",") if code.strip()]
        areas = Area.objects.in_bulk(codes)
        missing = [code for code in codes if code not in areas]
        if missing:
            raise CommandError(f"没有区划 {'、'.join(missing)}；先用 load_areas 载入")
        if options["role"] == roles.STATION_OFFICER:
            return {"station": self._station(options["station"], codes)}
        if options["role"] == roles.SUPERVISION:
            return {"counties": [areas[code] for code in codes]}
        if len(codes) != 1:
            raise CommandError("--area 须给一个区划代码")
        return {"area": areas[codes[0]]}

    def _station(self, text, codes):
        if not text:
            raise CommandError("监管所人员须给 --station")
        stations = Station.objects.filter(is_active=True)
        stations = stations.filter(pk=text) if text.isdecimal() else stations.filter(name=text)
        if codes:
            stations = stations.filter(county__in=[code[:6] for code in codes])
        found = list(stations[:2])
        if len(found) != 1:
            raise CommandError(
                f"监管所“{text}”{'有好几个，请同时给 --area 或编号' if found else '没有找到'}"
            )
        return found[0]
