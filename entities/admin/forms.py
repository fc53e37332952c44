"""Forms of the administration: a business by hand, a ledger to upload."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import UploadMode
from ..forms import EntityForm
from ..models import Entity

CHANGED_MEANWHILE = "这一家刚被别人改过，您的修改没有保存。请重新打开这一页，核对后再改。"


class EntityAdminForm(EntityForm):
    """The list page's form under the administration: the whole scope's areas for a new business, the county's
    for a known one (moving to another county is 迁入); status and grade are not its business."""

    user = None
    # The revision that the person saw.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta(EntityForm.Meta):
        # Status and grades change by acts that give a reason.
        fields = tuple(name for name in EntityForm.Meta.fields if name != "status")

    def __init__(self, *args, **kwargs):
        instance = kwargs.get("instance")
        is_known = instance is not None and instance.pk is not None
        super().__init__(*args, user=self.user, area=instance.area_id if is_known else "", **kwargs)
        self.fields["seen"].initial = self.instance.revision if is_known else None
        if not is_known:
            field = self.fields["area"]
            field.widget = AutocompleteSelect(Entity._meta.get_field("area"), admin.site)
            field.widget.choices = field.choices
            # Which stations there are to choose from follows from the county.
            self.fields["station_override"].widget = forms.HiddenInput()

    def clean(self):
        values = super().clean()
        if self.instance.pk and values.get("seen") != self.instance.revision:
            raise ValidationError(CHANGED_MEANWHILE)
        return values

    def _get_validation_exclusions(self):
        """The kind of licence follows from its number: a number that is taken is told in the form."""
        known = {"licence_kind"} if self.instance.licence_kind else set()
        return super()._get_validation_exclusions() - known

    def values(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def changes(self):
        """What the person changed, with what follows from it."""
        derived = ("licence_kind", "address_key")
        return {
            name: value
            for name, value in self.values().items()
            if name in self.changed_data or (self.changed_data and name in derived)
        }


class LedgerForm(HouseForm):
    """A ledger for the pipeline."""

    file = forms.FileField(
        label="台账文件",
        allow_empty_file=True,
        max_length=None,
        help_text="xlsx、xls、et、xlsb、ods、csv，不超过 20 MB；表头不必是模板",
    )
    area = forms.ChoiceField(label="以谁的名义", help_text="这份台账是哪个县(市、区)的")
    mode = forms.ChoiceField(
        label="方式",
        choices=UploadMode.choices,
        initial=UploadMode.PARTIAL,
        help_text="全量：这份就是全县台账，另列出名录中有而台账没有的；增量：只看这份里有的",
    )

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [(area.pk, area.name) for area in areas]
