"""Small photographs for tests, with a position in them if asked."""

import io

from PIL import Image

GPS = {1: "N", 2: (46.0, 48.0, 0.0), 3: "E", 4: (130.0, 21.0, 0.0)}


def picture(*, size=(64, 48), kind="JPEG", orientation=None, gps=False, colour="green"):
    """An image's bytes."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if gps:
        exif[0x010F] = "示例手机"
        exif.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()
