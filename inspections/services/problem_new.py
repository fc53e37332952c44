"""A problem found outside a visit: by a station, a county, or a cadre in passing."""

import datetime
from collections.abc import Sequence

import pghistory
from django.db import transaction

from ..enums import ProblemSource
from ..models import Photo, Problem
from ..queries.problem_detail import Shop
from ..queries.problem_people import words_of_reporter
from ..rules.problems import Found, derived_key
from .photos import key_lock, photo_store
from .problems import problems_report


@transaction.atomic
def problem_new(
    *, actor, shop: Shop, found: Found, at: datetime.datetime, files: Sequence[bytes] = ()
) -> Problem:
    """Store one problem with its photographs. The same key again gives the stored one. Raises ProblemError
    or PhotoError; then nothing was stored."""
    key_lock(found.key)
    with pghistory.context(user=actor.pk, via="problem_new"):
        (problem,) = problems_report(
            entity=shop.entity, cadre=shop.cadre, found=[found], actor=actor, at=at,
            actor_words=words_of_reporter(user=actor, cadre=shop.cadre), source=ProblemSource.OTHER,
        )  # fmt: skip
        keys = [
            photo_store(actor=actor, key=derived_key(found.key, "photo", number), data=data, at=at)[
                0
            ].key
            for number, data in enumerate(files)
        ]
        loose = Photo.objects.filter(visit=None, problem=None, move=None, uploaded_by=actor)
        loose.filter(key__in=[*keys, *found.photos]).update(problem=problem)
    return problem
