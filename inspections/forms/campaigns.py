"""Which campaigns something carries."""

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm


class TagForm(HouseForm):
    """The campaigns in use, ticked where it carries them."""

    ids = forms.MultipleChoiceField(
        label="专项",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args, campaigns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ids"].choices = [(str(row.pk), row.name) for row in campaigns]

    def keys(self):
        return [int(key) for key in self.cleaned_data["ids"]]
