"""Word papers from .docx templates that the office edits in WPS or Word (docxtpl)."""

import functools
import io
import re
from pathlib import Path

import jinja2
from docxtpl import DocxTemplate

from .errors import DocumentError
from .package import check_docx
from .placeholders import PlaceholderError, Placeholders

# What XML 1.0 cannot hold; docxtpl reads \a as a new paragraph and \f as a new page.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
UNKNOWN_NAME = re.compile(r"'([^']{1,80})' is undefined|no attribute '([^']{1,80})'")


def render_docx(template: bytes | Path, context: dict) -> bytes:
    """The .docx that `template` gives with the values of `context`; values are text, never markup.

    A file that is no sound .docx, a placeholder that is unknown or not allowed → DocumentError.
    """
    out = io.BytesIO()
    filled(template, context).save(out)
    return out.getvalue()


def filled(template: bytes | Path, context: dict) -> DocxTemplate:
    """The same in memory, not yet a file; its `docx` is a python-docx Document."""
    data = template.read_bytes() if isinstance(template, Path) else template
    _checked(data)
    try:
        paper = DocxTemplate(io.BytesIO(data))
        paper.render(fitted(context), jinja_env=_placeholders(), autoescape=True)
    except PlaceholderError as error:
        raise DocumentError(
            f"模板里有系统不认识的写法：{error.message}。请对照样例模板改正。"
        ) from None
    except jinja2.UndefinedError as error:
        raise DocumentError(_unknown(str(error))) from None
    except jinja2.TemplateSyntaxError:
        raise DocumentError(
            "模板里的占位符写得不完整，例如少了 }} 或 endfor。请对照样例模板改正。"
        ) from None
    except Exception:
        # A damaged or hostile file fails in as many ways as there are libraries below; none is ours.
        raise DocumentError("按这个模板生成不了文书。请从样例模板改起，另存为 .docx。") from None
    return paper


# A county's papers come from one template: it is checked and understood once.
_checked = functools.lru_cache(maxsize=16)(check_docx)
_placeholders = functools.cache(Placeholders)


def _unknown(text):
    found = UNKNOWN_NAME.search(text)
    name = next((group for group in found.groups() if group), "") if found else ""
    return f"模板里的占位符“{name}”系统不认识。请对照样例模板里的名称。"


def fitted(value):
    """The same values with texts that fit into XML."""
    if isinstance(value, str):
        return UNFIT.sub("", value)
    if isinstance(value, dict):
        return {key: fitted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fitted(inner) for inner in value]
    return value
