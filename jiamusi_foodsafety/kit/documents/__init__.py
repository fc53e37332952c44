"""Papers: Word from office-editable templates, PDF in the look of GB/T 9704, QR codes. Knows no noun."""

from .errors import DocumentError
from .pdf import render_pdf
from .qr import qr_png, qr_svg
from .word import render_docx

__all__ = ["DocumentError", "qr_png", "qr_svg", "render_docx", "render_pdf"]
