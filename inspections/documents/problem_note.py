"""督促整改单 of one problem: who has no account reads it on paper, the business and the industry department
(四方协同, domain §1.5)."""

from jiamusi_foodsafety.kit.phones import mask_numbers
from responsibility.documents.tables import day_words, paper_file

from ..models import Problem
from ..rules.deadlines import day_of

HEADS = ["事项", "内容"]
LAW = "包保干部负责督促整改；涉嫌违法的，由市场监管部门依法处理。"
COPIES = "本单一式三份：主体、属地监管所、行业主管部门各一份。"
SIGN = "主体签收：　　　　　　　　　　年　　月　　日"


def problem_note_values(problem: Problem) -> dict:
    """What the paper says; numbers of telephones in free words are masked."""
    entity, due = problem.entity, day_of(problem.due_at) if problem.due_at else None
    asked = f"请于{day_words(due)}前整改，并将整改情况告知包保干部。" if due else "请立即整改。"
    rows = [
        ["许可证编号", entity.licence_no],
        ["经营场所", entity.address or problem.area.name],
        ["清单条目", f"{problem.item_code} {problem.item_text}".strip()],
        ["问题", mask_numbers(problem.title)],
        ["说明", mask_numbers(problem.detail)],
        ["类别", problem.kind.name],
        ["现在", problem.get_state_display()],
        ["包保干部", _cadre(problem.cadre)],
        ["属地监管所", problem.station.name if problem.station_id else ""],
        ["行业主管部门", problem.industry_unit],
    ]
    return {
        "title": "食品安全问题督促整改单",
        "subtitle": f"编号 {problem.number}",
        "paragraphs": [
            f"{entity.name}：",
            f"{day_words(problem.found_on)}发现你单位存在下列食品安全问题，{asked}",
        ],
        "tables": [
            {"heads": HEADS, "widths": [1, 4], "rows": [row for row in rows if row[1]], "size": 12}
        ],
        "note": f"{LAW}{COPIES}",
        "closing": [SIGN],
    }


def _cadre(cadre):
    return " ".join(part for part in (cadre.unit, cadre.post, cadre.name) if part) if cadre else ""


def problem_note(problem: Problem, format: str) -> bytes:
    """The paper as docx or pdf."""
    return paper_file(problem_note_values(problem), format)
