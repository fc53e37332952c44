"""Shapes of input for dated to-dos; nothing here saves."""

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm

from .files import PaperField, told_name


class DoneForm(HouseForm):
    """What was done, and the deliverable."""

    note = forms.CharField(
        label="办理情况", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = PaperField(label="成果物")
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)

    def told(self) -> dict:
        """What the service takes."""
        file = self.cleaned_data["file"]
        return {
            "note": self.cleaned_data["note"],
            "revision": self.cleaned_data["revision"],
            "file": file,
            "file_name": told_name(file.name) if file else "",
        }


class ReopenForm(HouseForm):
    """Why a done to-do is opened again."""

    reason = forms.CharField(
        label="重新打开的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
