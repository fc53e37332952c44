"""Shapes of input for visits; nothing here saves."""

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm


class VoidForm(HouseForm):
    """Why a record is wrong."""

    reason = forms.CharField(
        label="作废理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="作废后这一家回到待督导；记录和问题仍可查看",
    )
