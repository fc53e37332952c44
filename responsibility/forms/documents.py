"""Shapes of input of the library, of the experience and of the trainings; nothing here saves."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import CadreLevel
from ..models import Document, Experience, Training
from .files import PaperField
from .meetings import RecordForm
from .organisation import DayField


class DocumentForm(RecordForm):
    """A paper with its file."""

    paper = ("file", "file_name")
    file = PaperField(label="文件")

    class Meta:
        model = Document
        fields = ("level", "kind", "title", "document_no", "issuer", "issued_on", "summary",
                  "basis_for", "version", "file")  # fmt: skip
        field_classes = {"issued_on": DayField}
        widgets = {"summary": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "document_no": "照原件填写，没有就不填",
            "issued_on": "照原件填写，不清楚就不填",
            "basis_for": "如：工作方案、分级标准、督导频次",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)


class ExperienceForm(RecordForm):
    """What others do well, and whether it is taken up."""

    class Meta:
        model = Experience
        fields = ("source", "title", "practice", "link", "adoption", "adoption_note")
        widgets = {"practice": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"link": "网址或出处，如报刊名和日期"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)

    def clean_link(self):
        text = self.cleaned_data["link"].strip()
        scheme = urlsplit(text).scheme.lower() if ":" in text else ""
        if "://" in text and scheme not in ("http", "https"):
            raise ValidationError("网址请以 http:// 或 https:// 开头。")
        return text


class TrainingForm(RecordForm):
    """A training session."""

    class Meta:
        model = Training
        fields = ("title", "held_on", "hours", "place", "trainer", "content")
        field_classes = {"held_on": DayField}
        widgets = {"content": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hours"].min_value = 0

    def clean_hours(self):
        hours = self.cleaned_data["hours"]
        if hours < 0 or hours > 999:
            raise ValidationError("学时在 0 到 999 之间。")
        return hours


class AttendeesForm(HouseForm):
    """Whom to add: the cadres in post of an area, of one level or all, or by name."""

    area = forms.ModelChoiceField(label="属地", queryset=Area.objects.none(), empty_label=None)
    level = forms.ChoiceField(
        label="层级", choices=[("", "各级"), *CadreLevel.choices], required=False
    )
    name = forms.CharField(
        label="姓名", max_length=40, required=False, help_text="不填就是这个属地的全部在岗干部"
    )

    def __init__(self, *args, user, training, **kwargs):
        super().__init__(*args, **kwargs)
        scope = area_scope(user)
        areas = Area.objects.active().filter(
            scope.q("code"), level__in=["city", "county", "township"]
        )
        self.fields["area"].queryset = areas.filter(code__startswith=training.area_id).order_by(
            "code"
        )
        self.fields["area"].initial = training.area_id
