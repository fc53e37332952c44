"""A problem of the foreign county, with its story and a photograph."""

from django.core.files.base import ContentFile

from inspections.models import Photo, ProblemMove
from tests.inspections.makers_problems import NOW, a_key, found, load_kinds, report

PREFIXES = [
    ("inspections:problem-photo", "problem_photo"),
    ("inspections:problem-", "problem"),
    ("api:problem-", "problem"),
    ("admin:inspections_problem_", "problem"),
]
COMMON = ("admin:inspections_problemkind_", "admin:inspections_industryunit_")
SUITED = ("problem-list", "problem-export")


def plant(*, areas, county, town, word, phone, clerk, entity, **world):
    load_kinds()
    row = found(
        kind="major", title=f"{word}过期", detail=f"{word}货架 {phone}", item_code="T18",
        item_text=f"{word}条目",
    )  # fmt: skip
    (problem,) = report(entity=entity, actor=clerk, rows=[row])
    ProblemMove.objects.create(
        key=a_key(), problem=problem, act="remark", side="county", state_from="to_claim",
        state_to="to_claim", actor=clerk, actor_words=f"{word}局 {word}员", at=NOW,
        note=f"{word}已联系 {phone}",
    )  # fmt: skip
    photo = Photo(key=a_key(), problem=problem, uploaded_by=clerk)
    photo.file.save("x", ContentFile(f"\xff\xd8\xff{word}".encode()), save=False)
    photo.save()
    return {"problem": problem, "problem_photo": photo}
