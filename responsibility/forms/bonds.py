"""Shapes of input about bonds and plans; nothing here saves."""

from django import forms
from django.utils.dateparse import parse_datetime

from entities.enums import Grade
from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import CadreLevel


class BondForm(HouseForm):
    """Who is to hold the chosen businesses, and why where the table of levels says otherwise."""

    cadre = forms.ModelChoiceField(
        label="包保干部",
        queryset=None,
        error_messages={
            "required": "请选一名干部。",
            "invalid_choice": "这名干部不在岗，或者不在您的属地。请另选。",
        },
    )
    exception_reason = forms.CharField(
        label="例外理由",
        required=False,
        max_length=200,
        help_text="层级与等级不对应，或干部不在本属地时必填；写明后按“例外”计入已包",
    )
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, *args, cadres, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cadre"].queryset = cadres


class EndForm(HouseForm):
    """Why the bonds end."""

    note = forms.CharField(
        label="解除理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明解除包保的理由。"},
    )


class FinderForm(HouseForm):
    """What narrows the cadres to choose from."""

    q = forms.CharField(required=False, max_length=40)
    level = forms.ChoiceField(required=False, choices=[("", "不限"), *CadreLevel.choices])


class PlanForm(HouseForm):
    """What a plan is made of."""

    grade = forms.MultipleChoiceField(
        label="包保等级",
        required=False,
        choices=[choice for choice in Grade.choices if choice[0]],
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是全部等级",
    )
    rebalance = forms.BooleanField(
        label="重新均衡",
        required=False,
        help_text="现有的有效包保也参加均衡；不勾选时一家也不动",
    )


def moment_of(text: str):
    """The moment that a page was shown, as it wrote it; None for what is no moment with a zone."""
    try:
        moment = parse_datetime(text or "")
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
