"""A county's clerk and his own ledger: uploaded, followed, reviewed, written, undone."""

import openpyxl
import pytest
from playwright.sync_api import expect

from entities.models import ColumnChoice, Entity, LedgerUpload
from tests.personas import COUNTY

pytestmark = pytest.mark.usefixtures("register", "worker")
# A layout of the county's own: title above, other words, another order.
LAYOUT = [
    "序号", "级别", "店名", "镇街", "社区(村)", "详细地址", "环节", "许可证号", "社会信用代码",
    "负责人", "手机", "面积(㎡)",
]  # fmt: skip


def row(number, **changes):
    cells = dict(zip(LAYOUT, [
        number, "D级", f"东山示例超市{number}号店", "石桥乡", "石桥村", f"石桥村{number}号", "食品销售",
        f"JY1379921{number:07d}", f"92379921MA{number:08d}", "王芳", f"139{number:08d}", 40 + number,
    ], strict=True))  # fmt: skip
    return cells | changes


def write_book(path, rows, headings=LAYOUT):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["东山县食品经营主体台账"])
    sheet.append(["填报单位：东山县市场监督管理局"])
    sheet.append(headings)
    for cells in rows:
        sheet.append([cells.get(heading) for heading in headings])
    sheet.append(["合计", None, f"{len(rows)} 家"])
    book.save(path)
    return path


@pytest.fixture
def book(tmp_path):
    """Forty good rows, one without a name, one of another county."""
    rows = [row(number) for number in range(1, 41)]
    rows.append(row(41, 店名=""))
    rows.append(row(42, 镇街="示例市西河区河湾街道"))
    return write_book(tmp_path / "东山县台账.xlsx", rows)


def send(page, path, mode="增量"):
    page.goto("/uploads/")
    page.get_by_label("台账文件").set_input_files(path)
    page.get_by_label(mode).check()
    page.get_by_role("button", name="上传台账").click()


def fetched(page, folder):
    """The error workbook, as the clerk saves it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载问题工作簿").click()
    path = folder / "问题工作簿.xlsx"
    download.value.save_as(path)
    return path


def test_an_empty_file_is_told_before_it_is_sent(page, sign_in, county_officer, tmp_path):
    empty = tmp_path / "空.xlsx"
    empty.touch()
    sign_in(page, county_officer)
    send(page, empty)
    expect(page.get_by_role("alert")).to_contain_text("是空文件")
    assert not LedgerUpload.objects.exists()


def test_a_ledger_is_followed_while_the_worker_is_busy(
    page, sign_in, accessible, worker, county_officer, book
):
    sign_in(page, county_officer)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="台账上传").click()
    expect(page.get_by_role("heading", name="台账上传")).to_be_visible()
    accessible(page)
    worker.hold()
    send(page, book)
    expect(page.get_by_text("排第 1 位")).to_be_visible()
    accessible(page)
    worker.let_go()
    # The page turns into the review by itself.
    expect(page.get_by_role("heading", name="核对后写入")).to_be_visible()


def test_leaving_the_page_loses_nothing(page, sign_in, worker, county_officer, book):
    sign_in(page, county_officer)
    worker.hold()
    send(page, book)
    expect(page.get_by_text("排第 1 位")).to_be_visible()
    page.goto("/entities/")
    worker.let_go()
    page.goto("/uploads/")
    page.get_by_role("link", name=book.name).click()
    expect(page.get_by_role("button", name="确认写入 40 家")).to_be_visible()


def test_a_ledger_goes_all_the_way_and_back(
    page, sign_in, accessible, county_officer, book, tmp_path
):
    sign_in(page, county_officer)
    send(page, book)
    expect(page.get_by_role("heading", name="核对后写入")).to_be_visible()
    look_at_review(page)
    accessible(page)
    assert_only_bad_rows(fetched(page, tmp_path))
    address = page.url

    # Written, and the register has it.
    assert not Entity.objects.exists()
    page.get_by_role("button", name="确认写入 40 家").click()
    expect(page.get_by_text("已写入 40 家")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="看东山县名录").click()
    expect(page.get_by_role("table")).to_contain_text("东山示例超市1号店")
    expect(page.get_by_text("共 40 家")).to_be_visible()

    # Undone as a whole, after being asked; the register is empty again.
    page.goto(address)
    page.get_by_role("link", name="撤销本次写入").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("本次新增的 40 家改为“已撤销”")
    expect(dialog.get_by_role("button", name="不撤销")).to_be_focused()
    accessible(page)
    dialog.get_by_role("button", name="撤销本次写入").click()
    expect(page.get_by_text("写入已撤销，恢复 40 家").first).to_be_visible()
    accessible(page)
    page.goto(f"/entities/?area={COUNTY}")
    expect(page.get_by_text("东山示例超市1号店")).to_have_count(0)
    assert set(Entity.objects.values_list("status", flat=True)) == {"withdrawn"}


def look_at_review(page):
    """It says what would be written and what not, by the rows that Excel shows."""
    tiles = page.locator(".tile")
    expect(tiles.filter(has_text="新增")).to_contain_text("40")
    expect(tiles.filter(has_text="拒收")).to_contain_text("2")
    findings = page.get_by_role("table", name="问题清单")
    expect(findings).to_contain_text("R_AREA_FOREIGN")
    expect(findings.get_by_role("row").filter(has_text="R_REQUIRED")).to_contain_text("44")
    expect(page.get_by_role("region", name="确认")).to_contain_text("在册 0 → 40")
    tiles.filter(has_text="提示").click()
    expect(findings).to_contain_text("W_")
    expect(findings).not_to_contain_text("R_REQUIRED")


def assert_only_bad_rows(path):
    """The rows that need work, in the clerk's own columns."""
    head, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert list(head) == [*LAYOUT, "问题说明"]
    assert [line[0] for line in lines if "拒收" in line[-1]] == ["41", "42"]


def test_a_corrected_error_workbook_just_works(page, sign_in, county_officer, book, tmp_path):
    sign_in(page, county_officer)
    send(page, book)
    page.get_by_role("button", name="确认写入 40 家").click()
    expect(page.get_by_text("已写入 40 家")).to_be_visible()
    path = fetched(page, tmp_path)
    corrected = openpyxl.load_workbook(path)
    sheet = corrected.active
    for line in sheet.iter_rows(min_row=2):
        if line[LAYOUT.index("序号")].value == "41":
            line[LAYOUT.index("店名")].value = "补上店名的超市"
        if line[LAYOUT.index("序号")].value == "42":
            line[LAYOUT.index("镇街")].value = "石桥乡"
    corrected.save(path)
    send(page, path)
    page.get_by_role("button", name="确认写入 2 家").click()
    expect(page.get_by_text("已写入 2 家")).to_be_visible()
    assert Entity.objects.count() == 42


def test_changes_are_shown_field_by_field(page, sign_in, accessible, county_officer, tmp_path):
    sign_in(page, county_officer)
    send(page, write_book(tmp_path / "一.xlsx", [row(number) for number in range(1, 6)]))
    page.get_by_role("button", name="确认写入 5 家").click()
    expect(page.get_by_text("已写入 5 家")).to_be_visible()
    changed = [row(1, 级别="C级", 负责人="赵敏"), row(2, 负责人="孙勇"), row(3)]
    send(page, write_book(tmp_path / "二.xlsx", changed), mode="全量")
    page.locator(".tile").filter(has_text="变更").click()
    diff = page.get_by_role("table", name="变更对照")
    expect(diff.get_by_role("row").filter(has_text="孙勇")).to_contain_text("王芳")
    expect(diff.get_by_role("row").filter(has_text="包保等级")).to_contain_text("C级")
    accessible(page)
    page.get_by_role("link", name="包保等级 1").click()
    expect(diff).not_to_contain_text("孙勇")
    # Two of five are missing: nothing is written before that is answered for.
    page.get_by_role("button", name="确认写入 2 家").click()
    expect(page.get_by_role("alert")).to_contain_text("勾选")
    page.locator(".tile").filter(has_text="台账缺失").click()
    expect(page.get_by_role("table", name="台账缺失的主体")).to_contain_text("东山示例超市5号店")
    page.get_by_role("button", name="提请筛除 2 家").click()
    page.get_by_role("dialog").get_by_role("button", name="先不提请").click()
    page.get_by_label("已核对").check()
    page.get_by_role("button", name="确认写入 2 家").click()
    expect(page.get_by_text("已写入 2 家")).to_be_visible()
    assert sorted(Entity.objects.values_list("legal_person", flat=True)) == sorted(
        ["赵敏", "孙勇", "王芳", "王芳", "王芳"]
    )


def test_unknown_columns_are_chosen_once(
    page, sign_in, accessible, watch, county_officer, tmp_path
):
    watch.allow("422")
    strange = [
        {"店名": "店家招牌", "许可证号": "许可证书的编号"}.get(heading, heading)
        for heading in LAYOUT
    ]
    rows = [dict(zip(strange, row(number).values(), strict=True)) for number in range(1, 4)]
    path = write_book(tmp_path / "怪.xlsx", rows, headings=strange)
    sign_in(page, county_officer)
    send(page, path)
    expect(page.get_by_role("heading", name="选择列")).to_be_visible()
    expect(page.get_by_text("还差必需的列：主体名称")).to_be_visible()
    table = page.get_by_role("table", name="待选的列")
    expect(table).to_contain_text("东山示例超市1号店")
    accessible(page)
    # Pressing without an answer says what is missing and keeps what was chosen.
    page.get_by_label("“店家招牌”对应的名录字段").select_option("主体名称（必需）")
    page.get_by_role("button", name="按选择继续").click()
    expect(page.get_by_role("alert")).to_contain_text("许可证编号")
    expect(page.get_by_label("“店家招牌”对应的名录字段")).to_have_value("name")
    page.get_by_label("“许可证书的编号”对应的名录字段").select_option("licence_no")
    page.get_by_role("button", name="按选择继续").click()
    expect(page.get_by_role("button", name="确认写入 3 家")).to_be_visible()
    assert ColumnChoice.objects.filter(area=COUNTY, heading="店家招牌", field="name").exists()
    # The next ledger of the county is not asked again.
    send(page, path)
    expect(page.get_by_role("button", name="确认写入 3 家")).to_be_visible()


def test_a_refused_file_says_what_to_do(page, sign_in, accessible, county_officer, tmp_path):
    sign_in(page, county_officer)
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    send(page, broken)
    expect(page.get_by_role("heading", name="整份未收")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("坏.xlsx 没有收")
    accessible(page)
    page.get_by_role("link", name="重新上传").click()
    expect(page.get_by_label("台账文件")).to_be_visible()


def test_it_works_without_script(open_page, sign_in, county_officer, book):
    page = open_page(java_script_enabled=False)
    sign_in(page, county_officer)
    send(page, book)
    page.get_by_role("button", name="确认写入 40 家").click()
    expect(page.get_by_text("已写入 40 家")).to_be_visible()
    page.get_by_role("link", name="撤销本次写入").click()
    expect(page.get_by_role("heading", name="撤销本次写入？")).to_be_visible()
    page.get_by_role("button", name="撤销本次写入").click()
    expect(page.get_by_text("写入已撤销，恢复 40 家").first).to_be_visible()


def test_the_review_fits_a_phone(phone, sign_in, accessible, county_officer, book):
    sign_in(phone, county_officer)
    send(phone, book)
    expect(phone.get_by_role("button", name="确认写入 40 家")).to_be_visible()
    accessible(phone)
    for address in (phone.url, "/uploads/"):
        phone.goto(address)
        wide = phone.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, address
