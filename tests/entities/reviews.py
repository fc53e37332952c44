"""Acts of the three-line review that several tests begin with."""

from entities.models import Entity
from entities.services.screening import (
    screening_propose,
)


def everything():
    return Entity.objects.all()


def propose(actor, entities=None, status="closed", reason="已关门，人走了"):
    return screening_propose(
        actor=actor,
        entities=everything() if entities is None else entities,
        status_to=status,
        reason=reason,
    )
