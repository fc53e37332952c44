"""Filters over the register. `visible_to` (who may see a row) comes from the jurisdiction."""

import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, TextField, Value
from django.utils.module_loading import import_string

from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.ledger.records import UploadFilters

from .enums import OBLIGED, REGISTERED, SCREENED

# Up to so many hits a search is a list of ids; beyond, it is counted no further.
FEW = 1000
# Whether at least 10 of about 1,000 names, on pages chosen by chance, hold the text: then so many do that
# gathering them all from the index, which no LIMIT cuts short, costs more than to walk until a page is full.
SAMPLE = """WITH sample AS MATERIALIZED (
    SELECT count(*) >= 10 AS is_common
    FROM entities_entity TABLESAMPLE SYSTEM ((
        SELECT least(100, 100 * 1000 / greatest(reltuples, 1)) FROM pg_class
        WHERE oid = 'entities_entity'::regclass
    ))
    WHERE strpos(name, %s) > 0
) """
COMMON = 0  # no business has this id


def is_holder(user) -> bool:
    """Whether the user sees by what he holds, not by area."""
    scope = area_scope(user)
    is_somebody = user is not None and user.is_authenticated and user.is_active
    return is_somebody and not scope.is_all and not scope.prefixes


def holders(name: str):
    """The function by which a room above answers about who holds businesses (settings.ENTITY_HOLDERS), or
    None while no room does."""
    path = settings.ENTITY_HOLDERS
    return import_string(f"{path}.{name}") if path else None


class EntityQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """The rows of the user's area scope; without one (包保干部) the businesses that he holds."""
        held = holders("held_ids")
        if held is None or not is_holder(user):
            return super().visible_to(user)
        return self.filter(pk__in=held(user=user))

    def searched(self, text: str, code: str):
        """Businesses whose name holds `text` (two characters suffice: the index is of pairs), whose
        licence number begins with `code` or whose credit code is it, or whose cadre in the ledger is
        `text`.

        Asks a sample and the indexes at once. Few hits are looked up by their ids; of many, a list in any
        order meets a page soon, so plain conditions serve it best. Left to one statement, the planner
        mistakes one for the other and walks a million rows."""
        pairs = sorted({text[at : at + 2] for at in range(len(text) - 1)})
        pieces = Func("name", function="public.name_bigrams", output_field=ArrayField(TextField()))
        is_common = Func(template="(SELECT is_common FROM sample)", output_field=BooleanField())
        rows = self.model.objects.order_by()
        named = Q(name__contains=text)
        others = [Q(cadre_name=text) & ~Q(cadre_name="")]
        held = holders("ids_held_by")
        if held is not None:
            others.append(Q(pk__in=held(name=text)))
        if len(code) >= 4 and code.isascii():
            others += [Q(licence_no__startswith=code), Q(credit_code=code) & ~Q(credit_code="")]
        parts = [
            rows.alias(pieces=pieces).filter(named, ~Q(is_common), pieces__contains=pairs),
            *(rows.filter(other) for other in others),
        ]
        mark = rows.filter(is_common).values_list(Value(COMMON))[:1]
        asked = mark.union(*(part.values_list("pk")[: FEW + 1] for part in parts), all=True)
        sql, params = asked.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(SAMPLE + sql, [text, *params])
            ids = [pk for (pk,) in cursor.fetchall()]
        if COMMON not in ids and len(ids) <= FEW:
            return self.filter(pk__in=ids)
        return self.filter(reduce(or_, others, named))

    def registered(self):
        """在册 R."""
        return self.filter(status__in=REGISTERED)

    def obliged(self):
        """应包 N = R − X."""
        return self.filter(status__in=OBLIGED)

    def screened(self):
        """筛除 X: in the register, outside 应包."""
        return self.filter(status__in=SCREENED)

    def graded(self):
        """已分级 G ⊆ N."""
        return self.obliged().exclude(grade="")

    def ungraded(self):
        return self.obliged().filter(grade="")

    def differing(self):
        """Grade and suggestion differ."""
        return (
            self.obliged()
            .exclude(grade="")
            .exclude(suggested_grade="")
            .exclude(grade=F("suggested_grade"))
        )

    def doubtful(self):
        return self.registered().exclude(doubts=[])

    def shallow(self):
        """Known only to a county unit that has towns: the town is missing."""
        county = self.model._meta.get_field("area").related_model
        towns = county.objects.filter(parent=OuterRef("area"))
        return self.filter(Exists(towns), area__level="county")

    def phoneless(self):
        """应包 without a telephone number."""
        return self.obliged().filter(phone="")

    def misnumbered(self):
        """应包 whose credit code or licence number fails its own check digit."""
        return self.obliged().filter(doubts__contains=["W_CHECK_DIGIT"])

    def expired(self, on: datetime.date):
        """Term ended before `on`, still 应包."""
        return self.obliged().filter(expires_on__lt=on)

    def expiring(self, on: datetime.date, days: int = 90):
        """Term ends within `days` from `on`."""
        return self.obliged().filter(
            expires_on__gte=on, expires_on__lte=on + datetime.timedelta(days=days)
        )


class ProposalQuerySet(ScopedQuerySet):
    def undrawn(self):
        """Approved by a county, in no draw of the city's sample yet."""
        return self.filter(state="approved", sample_draw=None)


class TransferQuerySet(ScopedQuerySet):
    area_path = "to_area__code"


class UploadQuerySet(UploadFilters, ScopedQuerySet):
    """Uploads of an area."""


class TwinQuerySet(ScopedQuerySet):
    def open(self):
        """Groups that wait for somebody's judgment."""
        return self.filter(state="open")
