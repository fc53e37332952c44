"""Shapes of input for the three lists; nothing here saves."""

from django import forms

from entities.forms import DayField
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm

from ..enums import CadreLevel, ListKind, Mark
from ..models import ListDocument, ListItem
from ..queries.lists import SUPERVISION_WORDS, list_levels

MARK_CHOICES = [("", "—"), (Mark.FULL.value, "● 必做"), (Mark.ASSIST.value, "○ 协助")]
TASK_FIELDS = ("cycle", "deliverable", "owner", "closed_by")


class ListItemForm(HouseModelForm):
    """One line of a draft. The marks come as one field a level."""

    class Meta:
        model = ListItem
        fields = (
            "code", "heading", "clause", "standard", "cycle", "deliverable", "owner", "closed_by",
            "core_task", "stage",
        )  # fmt: skip
        widgets = {
            "clause": forms.Textarea(attrs={"rows": 3}),
            "standard": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "code": "如 J1；同一份清单里不能重复",
            "cycle": "随时的由人派出才有期限，每日的不生成待办",
            "owner": "包保干部：每名在岗的本级干部各办一次；属地单位：每个本级单位办一次",
        }

    def __init__(self, *args, document: ListDocument, **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document
        self.levels = list_levels(document.kind)
        if document.kind != ListKind.TASK:
            for name in TASK_FIELDS:
                del self.fields[name]
        else:
            self.fields["cycle"].required = True
        marks = self.instance.marks or {}
        words = SUPERVISION_WORDS if document.kind == ListKind.SUPERVISION else CadreLevel
        for level in self.levels:
            label = words[level] if isinstance(words, dict) else words(level).label
            is_own = level == document.level
            self.fields[f"mark_{level}"] = forms.ChoiceField(
                label=label + ("（本级）" if is_own else ""),
                choices=MARK_CHOICES[1:] if is_own else MARK_CHOICES,
                required=is_own,
                initial=marks.get(level, Mark.FULL if is_own else ""),
            )
        for name in ("core_task", "stage"):
            field = self.fields[name]
            field.empty_label = "—"
            field.queryset = field.queryset.filter(is_active=True).order_by("order", "pk")

    def text_fields(self):
        return [self[name] for name in self.fields if not name.startswith("mark_")]

    def mark_fields(self):
        return [self[f"mark_{level}"] for level in self.levels]

    def clean_code(self):
        return self.cleaned_data["code"].strip().upper()

    def _get_validation_exclusions(self):
        """The service says in its own words that a code stands twice."""
        return super()._get_validation_exclusions() | {"document", "code"}

    def values(self) -> dict:
        """What the service writes."""
        values = {
            name: self.cleaned_data[name] for name in self._meta.fields if name in self.fields
        }
        marks = {level: self.cleaned_data[f"mark_{level}"] for level in self.levels}
        values["marks"] = {level: mark for level, mark in marks.items() if mark}
        values["mark"] = marks[self.document.level]
        return values


class ListIssueForm(HouseForm):
    """The day from which a draft holds; the number only when the office has one."""

    effective_from = DayField(label="生效日期")
    document_no = forms.CharField(
        label="文号",
        max_length=60,
        required=False,
        help_text="单位印发文件有文号的，照实填写；没有就留空",
    )
    is_verified = forms.BooleanField(label="内容已经本单位核定，不再标注“示例”", required=False)
