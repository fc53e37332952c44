"""A cadre's 责任清单: who he is and whom he holds (domain §1.7, annex table)."""

import datetime
from dataclasses import dataclass

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Station
from jiamusi_foodsafety.jurisdiction.querysets import station_id_of
from jiamusi_foodsafety.kit.phones import mask_numbers, mask_phone

from ..models import Assignment, Cadre


@dataclass(frozen=True)
class HeldLine:
    """One business of the list, as the annex table writes it; `held_from` is when the bond began."""

    name: str
    credit_code: str
    licence_no: str
    address: str
    kind: str
    grade: str
    contact: str
    director: str
    officer: str
    station: str
    held_from: datetime.date
    note: str


@dataclass(frozen=True)
class CadreList:
    """The list of one cadre; telephones whole or masked as the reader may see them."""

    cadre: Cadre
    phone: str
    liaison: str
    lines: list[HeldLine]
    is_masked: bool


def cadre_list(*, user, pk: int) -> CadreList | None:
    """The businesses that a cadre holds now, by grade and name; nothing when he is out of scope. His own
    number is whole for himself."""
    cadre = Cadre.objects.visible_to(user).select_related("area__parent").filter(pk=pk).first()
    if cadre is None:
        return None
    is_masked = not user.has_perm("jurisdiction.view_full_phone")
    is_self = cadre.user_id == user.pk

    def shown(number):
        return mask_phone(number) if number and is_masked else number

    bonds = list(
        Assignment.objects.visible_to(user)
        .active()
        .filter(cadre=cadre)
        .select_related("entity__category")
        .order_by("grade", "entity__name", "pk")
    )
    stations = _stations(bonds)
    lines = [_line(bond, stations.get(bond.entity_id, ""), shown, is_masked) for bond in bonds]
    return CadreList(
        cadre=cadre,
        phone=cadre.phone if is_self else shown(cadre.phone),
        liaison=_joined(cadre.liaison_name, shown(cadre.liaison_phone)),
        lines=lines,
        is_masked=is_masked,
    )


def _joined(*parts):
    return " ".join(part for part in parts if part)


def _stations(bonds):
    """Business → name of the station that looks after it; two statements."""
    ids = [bond.entity_id for bond in bonds]
    keyed = Entity.objects.filter(pk__in=ids).annotate(
        station_key=station_id_of("area_id", "station_override_id")
    )
    found = dict(keyed.values_list("pk", "station_key"))
    names = dict(
        Station.objects.filter(pk__in=set(found.values()) - {None}).values_list("pk", "name")
    )
    return {pk: names.get(key, "") for pk, key in found.items()}


def _line(bond, station, shown, is_masked):
    entity = bond.entity
    note = _joined(entity.note, bond.exception_reason and f"例外：{bond.exception_reason}")
    return HeldLine(
        name=entity.name,
        credit_code=entity.credit_code,
        licence_no=entity.licence_no,
        address=entity.address,
        kind=_joined(entity.category.name, entity.form),
        grade=entity.grade or "待定",
        contact=_joined(entity.legal_person, shown(entity.phone)),
        director=entity.safety_director,
        officer=entity.safety_officer,
        station=_joined(station or entity.station_text, entity.supervisor),
        held_from=bond.from_on,
        note=mask_numbers(note) if is_masked else note,
    )
