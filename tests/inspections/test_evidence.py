"""Evidence and photographs that were handed in by mistake are taken back; what proved something stays."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspections.models import CheckFile, CheckFinding, Photo, ProblemMove
from inspections.services.checks.evidence import file_withdraw
from inspections.services.checks.letters import finding_answer, finding_review
from inspections.services.checks.shared import CheckError
from inspections.services.photos import PhotoError, photo_store, photo_withdraw
from tests.inspections.at_once import at_once
from tests.inspections.makers_checks import drawn_round, issue, join
from tests.inspections.makers_problems import a_key, load_kinds, make_shop, report
from tests.inspections.pictures import picture

pytestmark = pytest.mark.django_db
NOW, TODAY = timezone.now(), timezone.localdate()


def address(name, *args):
    return reverse(f"inspections:{name}", args=args)


def photo(name="现场.jpg"):
    return SimpleUploadedFile(name, picture())


@pytest.fixture
def check_round(areas):
    return drawn_round(areas)


@pytest.fixture
def result(check_round):
    return check_round.results.order_by("order").first()


@pytest.fixture
def member(check_round, supervision):
    join(check_round, supervision)
    return supervision


def hand_in(browser, result):
    result.refresh_from_db()
    sent = {"verdict": "fits", "seen": "台账", "revision": result.revision, "files": [photo()]}
    assert browser.post(address("check-item", result.pk), sent).status_code == 302
    return CheckFile.objects.latest("pk")


def test_a_wrong_photo_is_withdrawn_and_nobody_opens_it_again(check_round, result, member, log_in):
    browser = log_in(member)
    file = hand_in(browser, result)
    item, page = address("check-item", result.pk), address("check-file-withdraw", file.pk)
    assert page in browser.get(item).content.decode()
    assert page in browser.get(address("check-evidence", check_round.pk)).content.decode()
    empty = browser.post(page, {"reason": ""})
    assert empty.status_code == 422
    done = browser.post(page, {"reason": "拍到了身份证"}, follow=True)
    assert done.redirect_chain[-1][0] == item
    text = done.content.decode()
    for words in ("已撤回 现场.jpg", "<del>现场.jpg</del>", "拍到了身份证", "证据 0 份"):
        assert words in text
    assert page not in text
    assert browser.get(address("check-file", file.pk)).status_code == 404
    assert browser.get(page).status_code == 404
    file.refresh_from_db()
    assert (file.withdrawn_by, file.events.count()) == (member, 2)
    assert file.file.storage.exists(file.file.name)
    assert "证据 0 份" in browser.get(address("check-detail", check_round.pk)).content.decode()
    # the same photo may be handed in again
    assert hand_in(browser, result).pk != file.pk


def test_after_the_letter_what_it_rests_on_stays(check_round, result, member, log_in):
    browser = log_in(member)
    file = hand_in(browser, result)
    issue(check_round)
    page = address("check-file-withdraw", file.pk)
    assert page not in browser.get(address("check-evidence", check_round.pk)).content.decode()
    refused = browser.post(page, {"reason": "传错"})
    assert refused.status_code == 422
    assert "反馈书已经发出" in refused.content.decode()


def test_the_checked_unit_withdraws_its_own_until_it_was_found_right(
    check_round, member, county_officer, log_in
):
    finding = issue(check_round).findings.get()
    finding_answer(
        actor=county_officer, finding=finding, revision=finding.revision, text="已改",
        files=[told(photo("对照.jpg")), told(photo("整改.jpg"), b"x")], at=NOW,
    )  # fmt: skip
    wrong, right = CheckFile.objects.order_by("pk")
    page = address("check-file-withdraw", wrong.pk)
    assert log_in(member).post(page, {"reason": "不是您的"}).status_code == 403
    browser = log_in(county_officer)
    assert page in browser.get(address("check-finding", finding.pk)).content.decode()
    assert browser.post(page, {"reason": "传错"}).status_code == 302
    finding = CheckFinding.objects.get(pk=finding.pk)
    finding_review(
        actor=member, finding=finding, revision=finding.revision, is_fixed=True, at=NOW,
        today=TODAY,
    )  # fmt: skip
    assert "撤回<span" not in browser.get(address("check-finding", finding.pk)).content.decode()
    late = browser.post(address("check-file-withdraw", right.pk), {"reason": "传错"})
    assert "已按这些材料销号" in late.content.decode()


def told(file, more=b""):
    """As the form's field hands it on."""
    made = SimpleUploadedFile(file.name, file.read() + more)
    made.told = file.name
    return made


@pytest.mark.django_db(transaction=True)
def test_two_at_once_withdraw_it_once(areas, city_officer, log_in):
    check_round = drawn_round(areas)
    file = hand_in(log_in(city_officer), check_round.results.order_by("order").first())

    def withdraw():
        row = CheckFile.objects.select_related("check_round").get(pk=file.pk)
        return file_withdraw(actor=city_officer, file=row, reason="传错", at=NOW)

    told = at_once(withdraw, withdraw)
    refused = [one.message for one in told if isinstance(one, CheckError)]
    assert len(refused) == 1
    assert "已经撤回了" in refused[0]
    assert sum(isinstance(one, CheckFile) for one in told) == 1


# --- photographs of visits and problems -------------------------------------------------------


@pytest.fixture
def problem(areas, cadre, station_officer):
    load_kinds()
    bond = make_shop(areas=areas, user=cadre)
    (made,) = report(bond=bond, actor=cadre, kind="general")
    return made


def shoot(problem, by, *, move=None):
    made, _ = photo_store(actor=by, key=a_key(), data=picture(), at=NOW)
    Photo.objects.filter(pk=made.pk).update(problem=problem, move=move)
    return Photo.objects.get(pk=made.pk)


def test_who_sent_a_photo_takes_it_back_and_nobody_sees_it(
    problem, cadre, station_officer, county_officer, log_in
):
    taken = shoot(problem, cadre)
    page, seen = address("visit-photo-withdraw", taken.pk), address("problem-photo", taken.pk)
    detail = address("problem-detail", problem.pk)
    station = log_in(station_officer)
    assert station.get(seen).getvalue().startswith(b"\xff\xd8\xff")
    assert page not in station.get(detail).content.decode()
    assert station.get(page).status_code == 404
    phone = log_in(cadre)
    assert page in phone.get(detail).content.decode()
    assert phone.post(page, {"reason": ""}).status_code == 422
    assert phone.post(page, {"reason": "拍到了身份证"}).url == detail
    for browser in (log_in(station_officer), log_in(county_officer), log_in(cadre)):
        assert browser.get(seen).status_code == 404
        assert browser.get(address("visit-photo", taken.pk)).status_code == 404
        assert seen not in browser.get(detail).content.decode()
    taken.refresh_from_db()
    last = taken.events.order_by("pgh_id").last()
    assert (taken.withdrawn_by, last.withdraw_reason) == (cadre, "拍到了身份证")
    assert taken.file.storage.exists(taken.file.name)
    with pytest.raises(PhotoError, match="已经撤回"):
        photo_withdraw(actor=county_officer, photo=taken, reason="再撤", at=NOW)


def test_the_only_proof_of_a_settled_problem_stays(problem, cadre, county_officer, log_in):
    move = ProblemMove.objects.create(
        key=a_key(), problem=problem, act="verify", side="cadre", state_from="open",
        state_to="cleared", actor=cadre, at=NOW, note="看过",
    )  # fmt: skip
    one, two = shoot(problem, cadre, move=move), shoot(problem, cadre, move=move)
    problem.state, problem.settled_at = "cleared", NOW
    problem.clock_at = problem.climb_at = None
    problem.save()
    browser = log_in(county_officer)  # who may mark visits void may take back any
    first = browser.post(address("visit-photo-withdraw", one.pk), {"reason": "看不清"})
    assert first.status_code == 302
    last = browser.post(address("visit-photo-withdraw", two.pk), {"reason": "看不清"})
    assert last.status_code == 422
    assert "唯一的证明" in last.content.decode()
