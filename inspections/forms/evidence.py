"""Several papers or photos at once, each checked by its content."""

from django import forms
from django.core.exceptions import ValidationError

from responsibility.forms.files import KINDS_TOLD, STARTS, check_paper, told_name

MOST = 10


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Up to ten files; each gets `told`, the name to show it under."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", "照片、文件")
        kwargs.setdefault("help_text", f"可一次选多个，最多 {MOST} 个；{KINDS_TOLD}")
        endings = ",".join(f".{ending}" for ending in STARTS)
        kwargs.setdefault("widget", ManyFilesInput(attrs={"accept": endings}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        many = data if isinstance(data, list | tuple) else [data] if data else []
        if len(many) > MOST:
            raise ValidationError(f"一次最多传 {MOST} 个文件。")
        cleaned = []
        for one in many:
            file = super().clean(one, initial)
            check_paper(file)
            file.told = told_name(file.name)
            cleaned.append(file)
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned
