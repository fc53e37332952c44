"""责任状 on paper: Word from the office's template or the example one, PDF of the same words."""

import functools
from collections.abc import Iterable, Mapping

from jiamusi_foodsafety.kit.documents import DocumentError, render_docx, render_pdf
from jiamusi_foodsafety.kit.documents.blocks import render_blocks
from jiamusi_foodsafety.kit.documents.build import Paper

from ..enums import LetterKind, LetterState
from ..models import Letter, LetterTemplate
from .tables import day_words
from .templates import BLANK_DAY, stored_template

BLANK_NAME = "　　　　　"
# What a template may name, for the page that explains it.
NAMES = (
    ("year", "年度"),
    ("kind", "类别，如“县 ↔ 乡”"),
    ("unit", "签状单位（乡、村含上级名称，成员单位为其名称）"),
    ("upper", "上级单位"),
    ("signer_up", "上级签字人，没有登记的空着"),
    ("signer_down", "签字人，没有登记的空着"),
    ("signed_day", "签订日期，未签的空着"),
    ("due_day", "签订期限"),
)
# 示例，可修改: what a unit answers for, and a member unit of the 食安委.
DUTIES = (
    "一、落实食品安全属地管理责任，主要负责同志为第一责任人，分管负责同志具体负责；",
    "二、按层级对应的要求确定包保干部，做到应包尽包、层级相符，干部变动及时交接；",
    "三、组织签订承诺书，按责任清单、任务清单开展督导，如实填写记录；",
    "四、对发现的问题督促整改，需移交的及时移交市场监管部门并跟踪到底；",
    "五、对下一级开展督查，及时报告主体变动、重要情况和食品安全事故；",
    "六、接受上级督查和群众监督，履职不力的依规依纪承担相应责任。",
)
MEMBER_DUTIES = (
    "一、落实“管行业必须管安全”的要求，在职责范围内做好食品安全工作；",
    "二、督促本行业、本系统的食品生产经营主体落实主体责任；",
    "三、确定联络员，协助包保干部开展督导，参加联合检查；",
    "四、对移交的问题按时认领、处置和反馈；",
    "五、每半年向食品安全委员会报告履职情况；",
    "六、接受食品安全委员会督查，履职不力的依规依纪承担相应责任。",
)
BASIS = (
    "依据《中华人民共和国食品安全法》《地方党政领导干部食品安全责任制规定》"
    "和国务院食品安全委员会关于推动食品安全属地管理责任落地落实的意见，"
)


@functools.cache
def example_template(kind: str) -> bytes:
    """The product's own .docx of one kind, with placeholders."""
    is_member = kind == LetterKind.MEMBER
    # closer lines than the standard's 28.95 pt: the letter and its signatures stand on one page
    paper = Paper(line=23)
    paper.title("{{ year }} 年食品安全工作责任状")
    paper.words("责任单位：{{ unit }}", indent=False)
    paper.words(BASIS + "{{ upper }}与{{ unit }}签订本责任状。")
    for duty in MEMBER_DUTIES if is_member else DUTIES:
        paper.words(duty)
    paper.words("本责任状一式两份，签订双方各执一份，自签订之日起至 {{ year }} 年 12 月 31 日止。")
    paper.gap()
    for words in ("{{ upper }}（盖章）", "负责人（签字）：{{ signer_up }}",
                  "{{ unit }}（盖章）", "负责人（签字）：{{ signer_down }}",
                  "{{ signed_day }}"):  # fmt: skip
        paper.words(words, align="right", indent=False)
    return paper.bytes()


def template_bytes(template: LetterTemplate | None, kind: str) -> bytes:
    """A template's file; without one the product's example. A lost file → DocumentError."""
    return stored_template(template) if template else example_template(kind)


def letter_words(letter: Letter) -> dict:
    """The values of a template for one letter."""
    return {
        "year": str(letter.year),
        "kind": letter.get_kind_display(),
        "unit": letter.unit or letter.area.path_name,
        "upper": letter.upper,
        "signer_up": letter.signer_up or BLANK_NAME,
        "signer_down": letter.signer_down or BLANK_NAME,
        "signed_day": day_words(letter.signed_on) or BLANK_DAY,
        "due_day": day_words(letter.due_on),
    }


def letter_docx(letter: Letter, template: LetterTemplate | None) -> bytes:
    """The letter as .docx, from the template now in use."""
    return render_docx(template_bytes(template, letter.kind), letter_words(letter))


def letters_pdf(
    letters: Iterable[Letter], templates: Mapping[str, LetterTemplate], *, title: str
) -> bytes:
    """These letters as one PDF, each numbered from page 1; `templates` = {kind: the one in use}."""
    papers = [
        {
            "blocks": render_blocks(
                template_bytes(templates.get(letter.kind), letter.kind), letter_words(letter)
            )
        }
        for letter in letters
    ]
    return render_pdf("blocks", {"title": title, "papers": papers})


def try_template(data: bytes, kind: str) -> None:
    """Print a made-up letter from an uploaded template, in Word and PDF; DocumentError says what is wrong."""
    letter = Letter(kind=kind, year=2022, unit="示例签状单位", upper="示例上级单位",
                    state=LetterState.WAITING)  # fmt: skip
    blocks = render_blocks(data, letter_words(letter))
    said = " ".join(part.get("text", "") for part in blocks)
    for name, value in (("unit", letter.unit), ("upper", letter.upper)):
        if value not in said:
            raise DocumentError(f"模板里没有{{{{ {name} }}}}。请在正文写上再传。")
    render_pdf("blocks", {"title": "试印", "papers": [{"blocks": blocks}]})
