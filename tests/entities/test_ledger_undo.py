"""Taking back a whole upload."""

import pghistory
import pytest

from entities.enums import ProposalState, Status, UploadState
from entities.ledger import uploads
from entities.ledger.undo import undo_preview
from entities.ledger.uploads import UploadStateError
from entities.models import Entity, Proposal
from entities.queries import upload_review as queries
from entities.services.reviews import proposals_approve
from entities.services.screening import screening_propose

from .pipeline import COUNTY, GOOD, Ledger, confirm, counts, entity, figures, snapshot, undo

SECOND = {
    "主体名称": "东山县第二粮店",
    "统一社会信用代码": None,
    "主体类别": "小食杂",
    "许可证编号": "JY13799210000027",
}
NEW_LICENCE = "JY13799210009995"

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


def test_what_was_created_is_withdrawn_and_out_of_the_register(ledger, county_officer):
    upload = ledger.write(GOOD, SECOND)
    undone = undo(upload, by=county_officer)
    assert (undone.state, undone.restored, undone.kept) == (UploadState.UNDONE, 2, 0)
    assert (undone.undone_by, undone.undone_at is not None) == (county_officer, True)
    assert set(Entity.objects.values_list("status", flat=True)) == {Status.WITHDRAWN}
    assert figures(COUNTY)["registered"] == 0


def test_what_was_changed_stands_as_before(ledger):
    ledger.write(GOOD | {"法定代表人": "王芳", "等级": "D", "村社区": "石桥村"}, SECOND)
    before = snapshot()
    upload = ledger.write(
        GOOD | {"法定代表人": "李强", "等级": "C", "村社区": "上石村", "联系电话": "13900000001"},
        SECOND,
    )
    assert counts(upload) == (0, 1, 1, 0)
    assert undo_preview(upload) == {"withdrawn": 0, "restored": 1, "kept": 0}
    assert (undo(upload).restored, snapshot()) == (1, before)


def test_what_somebody_changed_since_is_kept_counted_and_named(ledger, county_officer):
    ledger.write(GOOD)
    upload = ledger.write(GOOD | {"法定代表人": "王芳"}, SECOND)
    with pghistory.context(via="edit"):
        Entity.objects.filter(licence_no=GOOD["许可证编号"]).update(note="检查过")
    assert undo_preview(upload) == {"withdrawn": 1, "restored": 0, "kept": 1}
    undone = undo(upload)
    assert (undone.restored, undone.kept) == (1, 1)
    assert (entity().legal_person, entity().note) == ("王芳", "检查过")
    assert entity(SECOND["许可证编号"]).status == Status.WITHDRAWN
    assert queries.kept(user=county_officer, upload=undone) == [entity()]


def test_a_later_upload_stands_in_the_way_of_undoing_an_earlier_one(ledger):
    first = ledger.write(GOOD, SECOND)
    second = ledger.write(GOOD | {"法定代表人": "王芳"})
    undone = undo(first)
    assert (undone.restored, undone.kept) == (1, 1)
    undo(second)
    assert (entity().legal_person, entity().status) == ("", Status.OPERATING)


def test_the_same_file_may_be_written_again_and_revives(ledger):
    path = ledger.book(GOOD | {"法定代表人": "王芳"}, SECOND)
    first = ledger.write(path=path)
    ids = set(snapshot())
    undo(first)
    again = ledger.write(path=path)
    assert counts(again) == (2, 0, 0, 0)
    assert set(snapshot()) == ids
    assert set(Entity.objects.values_list("status", flat=True)) == {Status.OPERATING}
    assert counts(ledger.write(path=path)) == (0, 0, 2, 0)
    undo(again)
    assert set(Entity.objects.values_list("status", flat=True)) == {Status.WITHDRAWN}
    assert counts(ledger.write(path=path)) == (2, 0, 0, 0)


def test_proposals_of_the_upload_go_with_it_and_come_again(ledger):
    path = ledger.book({"备注": "已关门"})
    upload = ledger.write(path=path)
    undo(upload)
    assert Proposal.objects.get().state == ProposalState.WITHDRAWN
    again = ledger.write(path=path)
    assert Proposal.objects.get(state=ProposalState.PROPOSED).upload == again


def test_what_was_proposed_for_a_withdrawn_business_goes_with_it(ledger, county_officer):
    upload = ledger.write(GOOD)
    screening_propose(
        actor=county_officer,
        entities=Entity.objects.all(),
        status_to=Status.CLOSED,
        reason="现场核实",
    )
    undo(upload)
    assert Proposal.objects.get().state == ProposalState.WITHDRAWN


def test_an_approved_proposal_is_a_change_since(ledger, county_officer):
    upload = ledger.write({"备注": "已关门"})
    proposals_approve(actor=county_officer, proposals=Proposal.objects.all(), note="")
    undone = undo(upload)
    assert (undone.restored, undone.kept, entity().status) == (0, 1, Status.CLOSED)
    assert Proposal.objects.get().state == ProposalState.APPROVED


def test_a_renewal_goes_back_unless_its_old_number_is_taken(ledger):
    old, new = {"经营地址": "石桥村1号"}, {"经营地址": "石桥村1号", "许可证编号": NEW_LICENCE}

    def renew():
        upload = ledger.take(new)
        uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None)
        return confirm(upload)

    ledger.write(old)
    assert undo(renew()).restored == 1
    assert entity().pk
    second = renew()
    ledger.write(old | {"经营地址": "上石村2号"})
    undone = undo(second)
    assert (undone.restored, undone.kept) == (0, 1)
    assert entity(NEW_LICENCE).pk != entity().pk


def test_twice_gives_a_clear_message(ledger):
    upload = ledger.write(GOOD)
    undo(upload)
    with pytest.raises(UploadStateError, match="现在不能撤销（这份台账现在是“已撤销”）"):
        undo(upload)
    assert Entity.events.rel.related_model.objects.count() == 2


@pytest.mark.parametrize(
    "state", ["queued", "processing", "columns", "review", "applying", "refused", "discarded"]
)
def test_only_what_was_written_can_be_undone(ledger, state):
    upload = ledger.take(GOOD)
    type(upload).objects.update(state=state)
    with pytest.raises(UploadStateError):
        undo(upload)


def test_an_upload_that_wrote_nothing_can_be_undone_too(ledger):
    ledger.write(GOOD)
    undone = undo(ledger.write(GOOD))
    assert (undone.state, undone.restored, undone.kept) == (UploadState.UNDONE, 0, 0)
    assert entity().status == Status.OPERATING


def test_history_tells_of_the_undo(ledger, county_officer):
    upload = ledger.write(GOOD)
    undo(upload, by=county_officer)
    last = entity().events.order_by("pgh_id").last()
    assert last.pgh_context.metadata == {
        "user": county_officer.pk,
        "upload": upload.pk,
        "via": "undo",
    }
