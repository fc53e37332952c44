"""A cadre's hands on the phone's pages, and what the server has in the end."""

import io

from PIL import Image
from playwright.sync_api import expect

from inspections.models import ControlCheck, Photo, Problem, Visit
from tests.inspections.pictures import picture

SHOP, TOFU, DINER = "永胜村兴旺食杂店", "老孙家豆腐坊", "永胜村幸福小饭桌"
OFFLINE = "ERR_INTERNET_DISCONNECTED"
WRONG = "T18"


class Hands:
    """Counts what a person presses; a photograph is two: 拍照 and the shutter."""

    def __init__(self, page):
        self.page = page
        self.taps = 0

    def tap(self, locator):
        locator.tap()
        self.taps += 1

    def shoot(self, code, **more):
        field = self.page.locator(f"#item-{code} input[capture]")
        field.set_input_files(
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo(**more)}
        )
        self.taps += 2

    def answer(self, code, value):
        self.tap(self.page.locator(f"label[for=a-{code}-{value}]"))

    def phrase(self, code, number=0):
        self.tap(self.page.locator(f"#item-{code} .chip").nth(number))

    def rest(self):
        self.tap(self.page.locator("[data-rest]"))

    def submit(self):
        self.tap(self.page.locator("[data-submit]"))

    def open(self, name):
        """The visit of this business, from its card."""
        self.tap(card(self.page, name).locator("[data-start]"))
        self.page.wait_for_selector("body[data-ready]")


def photo(**more):
    return picture(size=(2400, 1800), gps=True, orientation=6, **more)


def card(page, name):
    return page.locator(f"[data-entity][data-name='{name}']")


def saved(page):
    """Everything pressed so far lies in the phone."""
    expect(page.locator("[data-saved-words]")).to_contain_text("草稿已存本机")


def sent_title(page):
    """The heading once the visit is handed over; before that it lies hidden in the page."""
    return page.locator("[data-sent]:not([hidden]) [data-sent-title]")


def kept(page, number):
    """The worker has kept so many pages."""
    page.wait_for_selector(f"body[data-kept='{number}']")


def stored(name):
    """The one visit of this business at the server: (visit, problems, photographs)."""
    visit = Visit.objects.select_related("entity", "checklist").get(entity__name=name)
    problems = list(Problem.objects.filter(visit=visit).order_by("pk"))
    return visit, problems, list(Photo.objects.filter(visit=visit).order_by("pk"))


def make_wrong(hands):
    """否 with a phrase and a photograph, as a cadre does it in place."""
    hands.answer(WRONG, "no")
    hands.phrase(WRONG)
    hands.shoot(WRONG)
    expect(hands.page.locator(f"#item-{WRONG} img")).to_be_visible()
    saved(hands.page)


def assert_is_whole(name, *, problems=1, photos=1):
    visit, found, pictures = stored(name)
    codes = list(visit.checklist.items.order_by("order").values_list("code", flat=True))
    assert sorted(visit.answers) == sorted(codes)
    assert len(codes) == 16
    assert [problem.item_code for problem in found] == [WRONG] * problems
    # what the answers tell of the business's own controls is there with the visit
    looks = dict(ControlCheck.objects.filter(visit=visit).values_list("control", "told"))
    assert (looks["officer"], looks["daily"]) == ("seen", "seen")
    assert len(pictures) == photos
    for stored_photo in pictures:
        assert stored_photo.problem_id == found[0].pk
        with stored_photo.file.open() as file, Image.open(io.BytesIO(file.read())) as image:
            assert max(image.size) <= 1600
            assert image.height > image.width  # turned upright
            assert not image.getexif()
    return visit


def wait_for(page, happened):
    """Until the server's data says so; the page works meanwhile."""
    for _ in range(200):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")
