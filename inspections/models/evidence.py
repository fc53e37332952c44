"""What papers and photographs have in common that were handed in as evidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Evidence(models.Model):
    """A file that may be withdrawn, with who, when and why (a wrong file, a person's ID card): from then on
    nobody opens it and it proves nothing; row and file stay."""

    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="撤回人",
    )  # fmt: skip
    withdraw_reason = models.CharField("撤回理由", max_length=200, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdraw_reason=""),
                name="%(class)s_withdrawn_with_reason",
            )
        ]
