import dataclasses
import json

from django.core.management.base import BaseCommand, CommandError

from jiamusi_foodsafety.jurisdiction.queries import LENGTHS, area_for_command, everybody
from responsibility.queries.coverage import CoverageTables

FIGURES = (
    "obliged", "covered", "ungraded", "unassigned", "pending", "unfit", "excepted", "vacant", "over",
    "cadres",
)  # fmt: skip
WORDS = ("应包", "已包", "待分级", "未分配", "待交接", "层级不符", "例外", "空岗", "超载", "在岗")


class Command(BaseCommand):
    help = "包保覆盖：一个区划及其下一级（家；空岗为处，超载、在岗为人）"

    def add_arguments(self, parser):
        parser.add_argument("--area", metavar="代码", help="区划代码；不写则为唯一的市")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, area, as_json, **options):
        place = area_for_command(code=area)
        if place is None:
            raise CommandError(
                f"没有代码为 {area} 的区划。" if area else "请用 --area 指明区划代码。"
            )
        tables = CoverageTables(user=everybody(), area=place.code)
        rows = [self.figures(row) for row in tables.by_area(LENGTHS[place.level])]
        total = self.figures(dataclasses.replace(tables.total(), code=place.code))
        if as_json:
            levels = [self.level(row) for row in tables.by_level()]
            vacancies = [dataclasses.asdict(row) for row in tables.vacancies()]
            data = total | {"areas": rows, "levels": levels, "vacancies": vacancies}
            self.stdout.write(json.dumps(data, ensure_ascii=False))
            return
        self.stdout.write("\t".join(["代码", *WORDS, "覆盖率"]))
        for row in [total, *rows]:
            cells = [row["area"], *(f"{row[name]:,}" for name in FIGURES)]
            rate = "—" if row["rate"] is None else f"{row['rate']:.2f}%"
            self.stdout.write("\t".join([*cells, rate]))

    def figures(self, row):
        rate = None if row.rate is None else round(float(row.rate), 2)
        return {"area": row.code} | {name: getattr(row, name) for name in FIGURES} | {"rate": rate}

    def level(self, row):
        return {
            "level": row.level, "grades": row.grades, "obliged": row.obliged, "cadres": row.cadres,
            "min_load": row.least, "max_load": row.greatest, "cap": row.most, "over": row.over,
            "mean_load": None if row.mean is None else round(float(row.mean), 2),
        }  # fmt: skip
