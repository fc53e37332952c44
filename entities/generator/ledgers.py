"""The whole run: eleven files in eleven layouts and a manifest of what each must give."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from entities.generator.businesses import Business, county_businesses
from entities.generator.cells import Clerk
from entities.generator.geography import County, read_counties
from entities.generator.layouts import LAYOUTS, Layout
from entities.generator.people import person
from entities.generator.plan import COUNTIES, GRADES, REFUSED, CountyPlan, scaled
from entities.generator.quotas import county_quotas, refused_by_county
from entities.generator.refusals import carried_by
from entities.generator.sheets import Entry, Sheet, SheetBuilder, arrange
from entities.generator.writers import write


def make_ledgers(
    *, seed: int, out: Path, as_of: date, areas: Path, share: float = 1, tick=lambda text: None
) -> dict:
    """Write one ledger a county and manifest.json into `out`; returns the manifest.

    `share` makes every figure smaller or larger in proportion; the same arguments give the same bytes.
    """
    out.mkdir(parents=True, exist_ok=True)
    counties = read_counties(areas)
    plans = [scaled(plan, share) for plan in COUNTIES]
    able = {plan.code: carried_by(LAYOUTS[plan.code], REFUSED) for plan in plans}
    refused = refused_by_county(plans, share, able)
    quotas = county_quotas(plans, share, refused)
    files = []
    for plan in plans:
        businesses = list(
            county_businesses(
                seed=seed,
                plan=plan,
                county=counties[plan.code],
                quota=quotas[plan.code],
                as_of=as_of,
            )
        )
        ledger = CountyLedger(seed, plan, counties[plan.code], businesses, refused[plan.code])
        file = ledger.write(out, as_of)
        files.append(file)
        tick(f"{file['file']}：{file['rows']} 行")
    manifest = _manifest(seed, as_of, files)
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (out / "manifest.json").write_text(text + "\n", "utf-8")
    return manifest


@dataclass
class CountyLedger:
    """One county's file: its good businesses first, then those whose rows are to be refused."""

    seed: int
    plan: CountyPlan
    county: County
    businesses: list[Business]
    refused: dict[str, int]

    @property
    def good(self) -> list[Business]:
        return self.businesses[: self.plan.registered]

    def entries(self, rng: random.Random) -> list[Entry]:
        """Good rows, spoiled rows from the extra businesses, and repeats of good rows."""
        extra = self.businesses[self.plan.registered :]
        entries = [Entry(b) for b in self.good]
        codes = [code for code, n in self.refused.items() if code != "R_DUP" for _ in range(n)]
        entries += [Entry(b, code) for b, code in zip(extra, codes, strict=True)]
        entries += [Entry(b, "R_DUP") for b in rng.sample(self.good, self.refused.get("R_DUP", 0))]
        return entries

    def write(self, out: Path, as_of: date) -> dict:
        layout = LAYOUTS[self.plan.code]
        rng = random.Random(f"{self.seed}:{self.plan.code}:file")
        entries = self.entries(rng)
        clerk = Clerk(rng, layout, self.county)
        builder = SheetBuilder(layout, clerk, rng, _words(rng, as_of))
        arranged = arrange(entries, layout, self.county, rng)
        sheets = [builder.build(name, group) for name, group in arranged]
        file = self.manifest(layout, sheets, as_of)
        if layout.notes_sheet:
            sheets.insert(0, builder.notes())
        if layout.old_sheet:
            sheets.append(builder.old(layout.old_sheet, entries[:40]))
        write(out / file["file"], sheets, charset=layout.charset, delimiter=layout.delimiter)
        return file

    def manifest(self, layout: Layout, sheets: list[Sheet], as_of: date) -> dict:
        good, refused = self.good, sum(self.refused.values())
        grades = Counter(b.grade for b in good)
        days = [(b.expires_on - as_of).days for b in good if b.expires_on]
        return {
            "file": f"{self.plan.code}-{self.plan.name}.{layout.extension}",
            "county": self.plan.code,
            "name": self.plan.name,
            "rows": len(good) + refused,
            "good": len(good),
            "refused_rows": refused,
            "refused": dict(sorted(self.refused.items())),
            "graded": {grade: grades[grade] for grade in GRADES},
            "graded_total": len(good) - grades[""],
            "screening_candidates": sum(not b.status for b in good),
            "surveyed": sum(b.surveyed_on is not None for b in good),
            "expired": sum(left < 0 for left in days),
            "expiring_in_90_days": sum(0 <= left <= 90 for left in days),
            "old_licences": sum(b.licence_no.startswith(("SP", "QS", "黑")) for b in good),
            "shallow_villages": sum(bool(b.shallow) for b in good),
            "hidden_rows": sum(len(sheet.hidden_rows) for sheet in sheets),
            "data_sheets": [sheet.name for sheet in sheets],
        }


def _words(rng: random.Random, as_of: date) -> dict[str, str]:
    """What stands in title and footer lines."""
    return {
        "today": f"{as_of.year}年{as_of.month}月{as_of.day}日",
        "clerk": person(rng),
        "chief": person(rng),
        "digits": f"{rng.randint(100_000, 999_999)}",
    }


def _manifest(seed: int, as_of: date, files: list[dict]) -> dict:
    total = Counter()
    for file in files:
        for key, value in file.items():
            if isinstance(value, int):
                total[key] += value
            elif key in ("graded", "refused"):
                total.update(value)
    return {"seed": seed, "as_of": as_of.isoformat(), "files": files, "total": dict(total)}
