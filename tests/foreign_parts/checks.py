"""督查 of the foreign county: a round of the city on it, its letter out; a review item of its own."""

from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.models import CheckFile, StandardFile, StandardNote
from inspections.services.campaigns import campaigns_tag
from tests.inspections.makers_checks import (
    draw,
    issue,
    join,
    make_campaign,
    make_round,
    make_standard,
)

PREFIXES = [
    ("inspections:check-sample-detail", "check_sample"),
    ("inspections:check-sample-replace", "check_sample"),
    ("inspections:check-item", "check_item"),
    ("inspections:check-member-leave", "check_member"),
    ("inspections:check-file", "check_file"),
    ("inspections:check-finding-create", "check_round"),
    ("inspections:check-finding", "check_finding"),
    ("inspections:check-letter-generate", "check_round"),
    ("inspections:check-letter-issue", "check_round"),
    ("inspections:check-letter", "check_letter"),
    ("inspections:check-", "check_round"),
    ("api:check-detail", "check_round"),
    ("inspections:campaign-tag", "check_mark"),
    ("inspections:standard-file", "standard_file"),
    ("inspections:standard-", "standard"),
]
COMMON = (
    "inspections:campaign-detail", "inspections:campaign-export", "admin:inspections_campaign_",
    "admin:inspections_checkcycle_", "admin:inspections_checkquota_", "admin:inspections_checkscore_",
)  # fmt: skip
SUITED = ("check-list", "check-export", "check-coverage", "campaign-list", "standard-list",
          "standard-export")  # fmt: skip


def plant(*, areas, county, town, word, clerk, **_):
    check_round = draw(
        make_round(owner=areas[county[:4]], target=areas[county], team_name=f"{word}督查组"),
        quotas={("entity", "C"): 1},
    )
    result = check_round.results.first()
    result.seen = f"{word}所见"
    result.save()
    member = join(check_round, clerk)
    file = CheckFile(check_round=check_round, result=result, file_name=f"{word}.jpg")
    file.file.save("x", ContentFile(b"\xff\xd8\xff"))
    check_round = issue(check_round, texts=[f"{word}问题"])
    campaign = make_campaign(name=f"专项{county}")
    campaigns_tag(check=check_round, ids=[campaign.pk], actor=clerk, at=timezone.now())
    item = make_standard(area=areas[county], item=f"{word}项目", unit=f"{word}局")
    note = StandardNote.objects.create(item=item, state="in_progress", text=f"{word}进展")
    proof = StandardFile(note=note, file_name=f"{word}.pdf")
    proof.file.save("x", ContentFile(b"%PDF-"))
    return {
        "check_round": check_round, "check_sample": check_round.samples.first(),
        "check_item": result, "check_member": member, "check_file": file,
        "check_finding": check_round.findings.first(), "check_letter": check_round.letters.first(),
        "check_mark": f"check-{check_round.pk}", "standard": item, "standard_file": proof,
    }  # fmt: skip
