"""Photographs: no position, once, and nothing that is no picture."""

import datetime
import io

import pytest
from django.utils import timezone
from PIL import Image

from inspections.models import Photo
from inspections.services.photos import (
    KEEP_LOOSE_DAYS,
    PhotoError,
    PhotoKeyTaken,
    photo_store,
    photos_sweep,
)
from jiamusi_foodsafety.kit.images import ImageRefused, image_clean
from tests.factories import UserFactory
from tests.inspections.pictures import picture
from tests.inspections.sent import key


def opened(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_kept(kind):
    dirty = picture(kind=kind, gps=True)
    assert opened(dirty).getexif().get_ifd(0x8825)
    clean = image_clean(dirty)
    image = opened(clean)
    assert image.format == "JPEG"
    assert not image.getexif()
    assert "示例手机".encode() not in clean
    assert b"Exif" not in clean


def test_it_is_turned_as_it_was_held_and_made_small():
    clean = opened(image_clean(picture(size=(2400, 1200), orientation=6)))
    assert clean.size == (800, 1600)


def test_a_transparent_picture_gets_a_white_ground():
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(image_clean(out.getvalue())).getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data", [b"", b"x" * 100, b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:200]]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(ImageRefused):
        image_clean(data)


def test_a_picture_of_too_many_pixels_is_refused_unopened():
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    with pytest.raises(ImageRefused):
        image_clean(out.getvalue())


@pytest.mark.django_db
class TestStore:
    now = timezone.now()

    def store(self, actor, data, one):
        return photo_store(actor=actor, key=one, data=data, at=self.now)

    def test_the_same_key_is_the_same_photo(self):
        actor, one = UserFactory(), key()
        first, is_new = self.store(actor, picture(gps=True), one)
        again, is_new_again = self.store(actor, picture(), one)
        assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
        with first.file.open() as file:
            kept = file.read()
        assert first.size == len(kept)
        assert not opened(kept).getexif()
        with pytest.raises(PhotoKeyTaken):
            self.store(UserFactory(), picture(), one)

    @pytest.mark.parametrize(
        ("data", "word"), [(b"%PDF-", "不是照片"), (b"x" * (2 * 1024 * 1024 + 1), "2 MB")]
    )
    def test_a_refusal_says_what_to_do(self, data, word):
        with pytest.raises(PhotoError, match=word):
            self.store(UserFactory(), data, key())
        assert not Photo.objects.exists()

    def test_a_key_is_needed(self):
        with pytest.raises(PhotoError, match="编号"):
            self.store(UserFactory(), picture(), "1")

    def test_what_nothing_shows_is_swept_away(self, django_capture_on_commit_callbacks):
        old, _ = self.store(UserFactory(), picture(), key())
        later = self.now + datetime.timedelta(days=KEEP_LOOSE_DAYS, hours=1)
        assert photos_sweep(at=self.now) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert photos_sweep(at=later) == 1
        assert not old.file.storage.exists(old.file.name)
        assert photos_sweep(at=later) == 0
