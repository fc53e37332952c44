"""Twins, a merge, an export template and a bundle of files of the foreign county; its files (包保档案)."""

from reports.models import ExportProfile
from responsibility.models import Batch
from tests.entities.twins import a_merge, pair

PREFIXES = [
    ("entities:twin-", "twins"),
    ("entities:merge-", "entity_merge"),
    ("reports:profile-", "profile"),
    ("reports:archive-batch", "archive_batch"),
    ("reports:entity-archive", "entity"),
    ("reports:cadre-archive", "cadre"),
    ("reports:unit-archive", "county"),
]
SUITED = ("twin-list", "twin-export", "merge-list", "quality", "profile-list")


def plant(*, areas, county, town, word, clerk, **_):
    credit = f"92{county}MA"
    group = pair(areas=areas, code=town, credit=f"{credit}TWINS", word=word)[2]
    merge = a_merge(areas=areas, code=town, credit=f"{credit}MERGE", word=word, actor=clerk)
    profile = ExportProfile.objects.create(
        area=areas[county], name=f"{word}模板", kind="entities", note=f"{word}平台", made_by=clerk,
        changed_by=clerk, columns=[{"key": "entity_name", "heading": f"{word}名称"}],
    )  # fmt: skip
    batch = Batch.objects.create(
        kind="archive", area=areas[county], made_by=clerk, file_name=f"{word}.zip", message=word
    )
    return {
        "twins": group, "entity_merge": merge, "profile": profile, "archive_batch": batch,
    }  # fmt: skip
