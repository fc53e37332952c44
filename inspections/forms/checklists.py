"""Shapes of input for checklists; nothing here saves."""

from django import forms

from entities.forms import DayField
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm

from ..enums import Control
from ..models import ChecklistItem
from ..queries.checklists import kind_choices

MOST_PHRASES, LONGEST_PHRASE = 6, 60


class PhrasesField(forms.CharField):
    """Usual findings, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = [line.strip() for line in super().to_python(value).splitlines() if line.strip()]
        return list(dict.fromkeys(lines))

    def validate(self, value):
        if len(value) > MOST_PHRASES:
            raise forms.ValidationError(f"最多 {MOST_PHRASES} 条，现有 {len(value)} 条。")
        long = next((line for line in value if len(line) > LONGEST_PHRASE), "")
        if long:
            raise forms.ValidationError(f"“{long[:10]}…”太长，每条最多 {LONGEST_PHRASE} 字。")

    def run_validators(self, value):
        return None


class ChecklistItemForm(HouseModelForm):
    """One item of a draft."""

    phrases = PhrasesField(
        label="常用语", required=False, strip=False,
        help_text="发现问题时一按就用，一行一条，最多 6 条",
    )  # fmt: skip
    problem_kind = forms.ChoiceField(
        label="问题类别", required=False, help_text="发现问题时先选上的类别"
    )

    control = forms.ChoiceField(
        label="对应制度", required=False, choices=[("", "不对应"), *Control.choices],
        help_text="企业主体责任里的哪一项制度；答案自动记为那一项的查看结果",
    )  # fmt: skip

    class Meta:
        model = ChecklistItem
        fields = (
            "code", "heading", "text", "way", "na_allowed", "categories", "problem_kind", "control",
            "phrases",
        )  # fmt: skip
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "categories": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "code": "如 T03；同一份清单里不能重复",
            "categories": "只有“本类主体加查”的条目才选",
        }

    def __init__(self, *args, kept: str = "", **kwargs):
        """`kept`: the class that the item has now; it stays possible when it is out of use."""
        super().__init__(*args, **kwargs)
        kinds = kind_choices()
        if kept and kept not in dict(kinds):
            kinds.append((kept, f"{kept}（已停用）"))
        self.fields["problem_kind"].choices = [("", "不预选"), *kinds]
        self.fields["categories"].queryset = self.fields["categories"].queryset.order_by(
            "position", "pk"
        )

    def validate_unique(self):
        """The service says it, with what to do."""

    def told(self) -> dict:
        """What the service takes."""
        values = dict(self.cleaned_data)
        categories = [category.pk for category in values.pop("categories")]
        return {"values": values, "categories": categories}


class ChecklistIssueForm(HouseForm):
    """From which day a draft holds."""

    effective_from = DayField(label="生效日期")
    is_verified = forms.BooleanField(label="内容已由本单位核定，去掉“示例”字样", required=False)
