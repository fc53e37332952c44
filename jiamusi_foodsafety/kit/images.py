"""Photographs made fit to keep: upright, no larger than needed, without position or any other metadata."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP")
MIME = "image/jpeg"
MOST_SIDE = 1600
# A picture of more pixels is no photograph of a phone; it is refused before it is unpacked.
MOST_PIXELS = 60_000_000
QUALITY = 82


class ImageRefused(Exception):
    """No picture, or one that cannot be kept; the message is Chinese and fit to show."""


def image_clean(data: bytes, *, most_side: int = MOST_SIDE) -> bytes:
    """The picture as a new JPEG of at most `most_side` pixels a side, turned as it was held, nothing but the
    pixels in it. Judged by content, never by name. Raises ImageRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=KINDS) as source:
                if source.width * source.height > MOST_PIXELS:
                    raise ImageRefused("照片的像素太大，请用手机相机重拍。")
                return _encoded(source, most_side)
    except ImageRefused:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageRefused("这个文件不是照片。请用 JPEG、PNG 或 WebP 图片。") from None
    except Exception as error:
        # a picture that breaks its decoder, whatever that raises
        raise ImageRefused("照片已损坏，打不开。请重拍一张。") from error


def _encoded(source, most_side):
    source.draft("RGB", (most_side, most_side))  # a JPEG is unpacked at the size that is kept
    upright = ImageOps.exif_transpose(source)
    upright.thumbnail((most_side, most_side))
    if upright.mode != "RGB":
        ground = Image.new("RGB", upright.size, "white")
        layer = upright.convert("RGBA")
        ground.paste(layer, mask=layer.getchannel("A"))
        upright = ground
    # a new image: what hangs on the old one (EXIF, profiles, comments) stays behind
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
