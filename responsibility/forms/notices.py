"""Shapes of input on the notices' pages; nothing here saves."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm

from ..models import Notice
from ..queries.notices import areas_to_choose
from .files import PaperField, check_paper, told_name

MOST_FILES = 10


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyPapersField(PaperField):
    """Several papers at once."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget = ManyFilesInput(attrs=self.widget.attrs)

    def clean(self, data, initial=None):
        files = [file for file in (data or []) if file]
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多传 {MOST_FILES} 个附件。")
        for file in files:
            check_paper(file)
            file.told = told_name(file.name)
        return files


class OnePaperField(PaperField):
    """One paper with the name it came under."""

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file is not None:
            file.told = told_name(file.name)
        return file


class MomentField(forms.DateTimeField):
    """A day and time, by the browser's own picker."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        super().__init__(**kwargs)


class NoticeForm(HouseModelForm):
    """A draft: its number, words, due time, areas and attachments."""

    due_at = MomentField(label="反馈期限", required=False)
    areas = forms.MultipleChoiceField(
        label="下发对象",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个下发对象。"},
    )
    files = ManyPapersField(label="附件")
    dropped = forms.MultipleChoiceField(
        label="去掉的附件", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Notice
        fields = (
            "number", "title", "topic", "body", "action_required", "needs_answer", "due_at",
        )  # fmt: skip
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
        help_texts = {
            "number": "接着上一期，需要时可改",
            "topic": "如：变更、分级标准、包保范围",
            "action_required": "一句话写清要各地做什么、交什么",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = areas_to_choose(user=user)
        self.fields["number"].required = True
        self.fields["number"].min_value = 1
        self.fields["areas"].choices = [(area.pk, area.name) for area in self.choices]
        notice = self.instance if self.instance.pk else None
        self.fields["areas"].initial = (
            list(notice.targets.values_list("area_id", flat=True))
            if notice
            else [area.pk for area in self.choices]
        )
        kept = [(file.pk, file.name) for file in notice.files.order_by("pk")] if notice else []
        self.fields["dropped"].choices = kept
        if not kept:
            del self.fields["dropped"]

    def clean_number(self):
        number = self.cleaned_data["number"]
        if number < 1:
            raise ValidationError("期号从 1 开始。")
        return number

    def clean_due_at(self):
        due = self.cleaned_data["due_at"]
        if due and due <= timezone.now():
            raise ValidationError("期限已过。请写今天以后的时间。")
        return due

    def validate_unique(self):
        """The number's uniqueness is told by the service, which alone knows the series."""

    def chosen(self):
        """The areas that were ticked."""
        codes = set(self.cleaned_data["areas"])
        return [area for area in self.choices if area.pk in codes]

    def dropped_keys(self):
        return [int(key) for key in self.cleaned_data.get("dropped", [])]


class AnswerForm(HouseForm):
    """反馈 on a notice."""

    answer = forms.CharField(
        label="反馈内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写反馈内容，没有情况的写“无”。"},
    )  # fmt: skip
    file = OnePaperField(label="附件")
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)


class ReasonForm(HouseForm):
    """Why something is withdrawn, closed or sent back."""

    reason = forms.CharField(
        label="原因", max_length=200, error_messages={"required": "请写明原因。"}
    )
