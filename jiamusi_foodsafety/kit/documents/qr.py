"""QR codes on printed papers."""

import io

import segno


def qr_svg(text: str) -> str:
    """An inline <svg> with the QR code of `text`, error level M, quiet zone of four modules."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)


def qr_png(text: str, *, scale: int = 6) -> bytes:
    """The QR code of `text` as a PNG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def qr_image(text: str) -> str:
    """The QR code of `text` as an SVG file's text, for papers that typst sets."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()
