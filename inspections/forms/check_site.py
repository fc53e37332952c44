"""Shapes of input on site: an item, a drawn business, a drawn cadre. Large targets, few words."""

from django import forms

from entities.enums import Grade
from jiamusi_foodsafety.kit.forms import HouseForm
from responsibility.forms.organisation import DayField

from ..enums import CadreKnown, CallVerdict, GradeVerdict, Seen, Verdict
from .evidence import EvidenceField


def _pick(label, choices):
    """One of a few, as a row of large buttons; nothing chosen is a choice of its own."""
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _note(label="所见"):
    return forms.CharField(
        label=label, max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ItemForm(HouseForm):
    """The result of one item."""

    verdict = _pick("结果", Verdict.choices)
    score = forms.IntegerField(
        label="得分", min_value=0, required=False, help_text="不填就按结果折算"
    )
    seen = _note()
    files = EvidenceField(label="证据")


class EntitySampleForm(HouseForm):
    """What was seen at one drawn business."""

    grade_verdict = _pick("核级：等级准不准", GradeVerdict.choices)
    right_grade = forms.ChoiceField(
        label="应为哪一级", required=False, help_text="偏低、偏高的要选",
        choices=[("", "不用选"), *[choice for choice in Grade.choices if choice[0]]],
    )  # fmt: skip
    cadre_known = _pick("问负责人：包保干部是谁、来过没有", CadreKnown.choices)
    came_on = DayField(label="最近一次来的日期", required=False)
    officers = _pick("食品安全总监、食品安全员", Seen.choices)
    daily = _pick("日管控记录", Seen.choices)
    weekly = _pick("周排查记录", Seen.choices)
    monthly = _pick("月调度记录", Seen.choices)
    note = _note()
    files = EvidenceField()


class CadreSampleForm(HouseForm):
    """What one drawn cadre answered on the phone; about the work, no mark for the person."""

    call_verdict = _pick("电话抽问：对包保工作熟不熟悉", CallVerdict.choices)
    note = _note("问答要点")
    files = EvidenceField()
