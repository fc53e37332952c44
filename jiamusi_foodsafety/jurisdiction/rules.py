"""Which area do the words of a ledger mean? Certain, or a reason why not; never a guess."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from jiamusi_foodsafety.kit.hanzi import simplified

_DROPPED = dict.fromkeys(
    map(ord, " \t\r\n\u00a0\u3000\u200b\u200c\u200d\ufeff/\\-—–_·>|,，、'‘’"), None
)
_ETHNIC = re.compile(
    "(?:赫哲|朝鲜|满|回|蒙古|锡伯|达斡尔|鄂伦春|鄂温克|柯尔克孜|土家|苗|彝|壮|瑶|畲|藏|维吾尔|哈萨克|侗|白|傣)族"
)
_COUNTY_SUFFIXES = ("自治县", "市", "县", "区", "旗")
_TOWN_SUFFIXES = ("街道", "民族乡", "镇", "乡")
# State farms and the like: their bare names only make a town's bare name uncertain.
_SPECIAL_SUFFIXES = ("农场", "林场", "林业局", "监狱", "农垦", "种畜场", "畜牧场", "经济开发区")
_VILLAGE_SUFFIXES = ("村", "社区", "居委会")
_GROUP = re.compile(
    r"第?[\d一二三四五六七八九十东西南北中前后上下]{1,3}(?:组|队|屯|小组|村民组|号.*|委.*)$"
)
_CODE = re.compile(r"(\d{6}|2\d{8}|\d{9}|\d{12})(?:\.0+)?$")

Row = tuple  # (code, name, level, kind, parent code, [(alias code, alias name), …])


class AreaVerdict(NamedTuple):
    """The deepest certain area and what could not be held in it.

    reason: "" | missing | unknown | ambiguous | foreign | shallow; `field` (county, town, village)
    and `said` tell which words; `tell` is a Chinese sentence. `text` keeps the words that the
    table lacks: None when no more was said than the area, "" when the area says it all.
    """

    code: str | None
    text: str | None = None
    reason: str = ""
    field: str = ""
    said: str = ""
    tell: str = ""


def area_key(text: str) -> str:
    """Area names for comparison: half width, simplified characters, no spaces or separators."""
    return simplified(unicodedata.normalize("NFKC", text).translate(_DROPPED))


def _bare(name: str, suffixes: tuple[str, ...]) -> str:
    for suffix in suffixes:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return ""


def _town_key(text: str) -> str:
    key = text.removesuffix("人民政府").removesuffix("政府")
    if key.endswith(("街道办事处", "街道办")):
        key = key[: key.rindex("街道")] + "街道"
    return key


def _village_key(text: str) -> str:
    for suffix, kind in (
        ("村民委员会", "村"), ("村委会", "村"), ("社区居民委员会", "社区"), ("社区居委会", "社区"), ("社区居委", "社区"),
    ):  # fmt: skip
        if text.endswith(suffix) and len(text) > len(suffix):
            name = text[: -len(suffix)]
            return name if name.endswith(kind) else name + kind
    return text.replace("居民委员会", "居委会")


class _Names:
    """Names of the areas under one parent: full names and aliases, and bare names."""

    def __init__(self) -> None:
        self.full: dict[str, set[str]] = {}
        self.bare: dict[str, set[str]] = {}
        self.blocked: set[str] = set()
        self.longest_first: list[str] = []

    def add(self, code: str, name: str, suffixes: tuple[str, ...]) -> None:
        for form in {name, _ETHNIC.sub("", name) or name}:
            self.full.setdefault(form, set()).add(code)
            bare = _bare(form, suffixes)
            if bare:
                self.bare.setdefault(bare, set()).add(code)
            self.blocked.add(_bare(form, _SPECIAL_SUFFIXES))
        self.longest_first = []

    def find(self, key: str) -> set[str]:
        """Codes that the words may mean: one is certain, none unknown, more ambiguous."""
        found = self.full.get(key)
        if found:
            return found
        found = self.bare.get(key, set())
        return found | {""} if found and key in self.blocked else found

    def prefix(self, key: str) -> tuple[str, str]:
        """The longest full name that the words begin with, and the rest of the words."""
        if not self.longest_first:
            self.longest_first = sorted(self.full, key=len, reverse=True)
        for name in self.longest_first:
            if key.startswith(name) and len(self.full[name]) == 1:
                return next(iter(self.full[name])), key[len(name) :]
        return "", key


class AreaIndex:
    """The areas of one city, asked in the name of a caller (an area code of any level)."""

    def __init__(self, rows: Iterable[Row], *, caller: str) -> None:
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.levels: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.children: dict[str, _Names] = {}
        self.villages: dict[str, set[str]] = {}
        self.cities: list[str] = []
        rows = list(rows)
        for code, name, level, _kind, parent, _aliases in rows:
            self.names[code], self.levels[code], self.parents[code] = name, level, parent or ""
        for code, name, level, _kind, parent, aliases in rows:
            self._add(code, [name, *(alias for _, alias in aliases if alias)], level, parent or "")
            self.codes[code] = code
            for old, _ in aliases:
                if old:
                    self.codes.setdefault(old, code)
        self.caller = caller
        self.caller_county = self.ancestor(caller, "county")
        self.caller_town = self.ancestor(caller, "township")

    def _add(self, code: str, names: list[str], level: str, parent: str) -> None:
        if level == "city":
            for name in map(area_key, names):
                self.cities += [name, _bare(name, ("市", "地区", "盟"))]
            return
        suffixes = {"county": _COUNTY_SUFFIXES, "township": _TOWN_SUFFIXES}.get(
            level, _VILLAGE_SUFFIXES
        )
        siblings = self.children.setdefault(parent, _Names())
        for name in map(area_key, names):
            if level != "village":
                siblings.add(code, _town_key(name) if level == "township" else name, suffixes)
                continue
            for form in self._village_forms(name, parent):
                siblings.add(code, form, suffixes)
                self.villages.setdefault(form, set()).add(code)

    def _village_forms(self, name: str, parent: str) -> set[str]:
        key = _village_key(name)
        forms = {key}
        for head in (area_key(self.names.get(parent, "")), "街道办事处", "街道"):
            _, found, tail = key.partition(head)
            if found and len(tail) >= 3:
                forms.add(tail)
                break
        return forms

    def ancestor(self, code: str, level: str) -> str:
        """The code itself or the one above it of that level; empty when there is none."""
        while code and self.levels.get(code) != level:
            code = self.parents.get(code, "")
        return code

    def county_has_towns(self, code: str) -> bool:
        """False for a county unit such as 高新区 that stands in the table without towns."""
        return code in self.children

    def former_codes(self, code: str) -> set[str]:
        """Six-digit codes that mean this county: its own and the historic ones."""
        return {old for old, now in self.codes.items() if now == code}

    def resolve(self, county: str | None, town: str | None, village: str | None) -> AreaVerdict:
        """The area of a row from its three cells, as written; blank cells are None."""
        found = self._county_of(county, town)
        if isinstance(found, AreaVerdict):
            return found
        code, county_rest, town_key = found
        if self.caller_county and code != self.caller_county:
            said, field = (county, "county") if county else (town, "town")
            tell = (
                f"不属于{self.names[self.caller_county]}。请转交{self.names[code]}上传，或改正属地"
            )
            return AreaVerdict(code, None, "foreign", field, said or "", tell)
        if not self.county_has_towns(code):
            said = "".join(part for part in (town, village) if part) or county_rest
            return AreaVerdict(code, said if town or village else said or None)
        return self._below_county(code, county_rest, town, town_key, village)

    def _county_of(self, county: str | None, town: str | None) -> AreaVerdict | tuple:
        """(county code, rest of the county's words, key of the town's words without its county)."""
        town_key = area_key(town) if town else ""
        code, rest = "", ""
        if county:
            code, rest = self._find_county(area_key(county))
            if not code:
                reason = "ambiguous" if rest == "?" else "unknown"
                why = "只写到市" if rest == "city" else "在区划表中找不到"
                tell = f"{why}。请写成区划表中的县（市、区）全称"
                return AreaVerdict(None, None, reason, "county", county, tell)
        home = code or self.caller_county
        path = "", town_key
        if town_key and not (home in self.children and self.children[home].find(town_key)):
            path = self._path(town_key)
        if path[0] and path[1] and path[0] != code:
            if code and not self.caller_county:
                tell = f"属于{self.names[path[0]]}，与所在县区“{county}”不一致。请核对后改正"
                return AreaVerdict(code, None, "unknown", "town", town, tell)
            if not code or code == self.caller_county:  # a foreign county stays foreign
                code = path[0]
        if path[0]:
            town_key = path[1] or town_key
        code = code or self.caller_county
        if not code:
            return AreaVerdict(None, None, "missing", "county", "", "")
        return code, rest, town_key

    def _find_county(self, key: str) -> tuple[str, str]:
        """(code, rest of the words); without a code the second says why: "?", "city" or ""."""
        code = self._by_code(key) or self.codes.get(key.upper(), "")
        if self.ancestor(code, "county"):
            return self.ancestor(code, "county"), "" if len(code) <= 6 else code
        counties = self._counties()
        found = counties.find(key)
        if len(found) == 1:
            return next(iter(found)), ""
        if found:
            return "", "?"
        rest = self._without_city(key)
        if rest is None:
            found, tail = counties.prefix(key)
        elif not rest:
            return "", "city"
        else:
            named = counties.find(rest)
            found, tail = (next(iter(named)), "") if len(named) == 1 else counties.prefix(rest)
        if found and (not tail or self._town_in(found, tail)[0]):
            return found, tail
        return "", ""

    def _counties(self) -> _Names:
        city = next((code for code, level in self.levels.items() if level == "city"), "")
        return self.children.setdefault(city, _Names())

    def _by_code(self, key: str) -> str:
        match = _CODE.match(key)
        if not match:
            return ""
        digits = match[1]
        while len(digits) > 6 and digits.endswith("000"):
            digits = digits[:-3]
        return self.codes.get(digits, "")

    def _without_city(self, key: str) -> str | None:
        """The words after the city (and its province); None when they do not begin so."""
        for city in self.cities:
            if city and city in key[:12]:
                before, _, rest = key.partition(city)
                if not before or before.endswith(("省", "自治区")):
                    return rest
        return None

    def _path(self, key: str) -> tuple[str, str]:
        """(county code, the words after it) of a full path; ("", words) when it is none."""
        rest = self._without_city(key)
        return self._counties().prefix(key if rest is None else rest)

    def _town_in(self, county: str, key: str) -> tuple[str, str]:
        """(town code, rest); without a code the second says why: "?" ambiguous, "" unknown."""
        towns = self.children.get(county)
        if towns is None:
            return "", ""
        code = self._by_code(key)
        if code:
            town = self.ancestor(code, "township")
            if town and self.parents[town] == county:
                return town, "" if len(code) <= 9 else code
            return "", ""
        key = _town_key(key)
        found = towns.full.get(key) or towns.find(key)
        if key == _bare(area_key(self.names[county]), _COUNTY_SUFFIXES) and key not in towns.full:
            found = {""} if found else found
        if len(found) == 1 and "" not in found:
            return next(iter(found)), ""
        if found:
            return "", "?"
        return towns.prefix(key) if towns.prefix(key)[0] else ("", "")

    def _below_county(
        self, county: str, county_rest: str, town: str | None, key: str, village: str | None
    ) -> AreaVerdict:
        key = key or county_rest
        if not key:
            if not self.caller_town:
                return AreaVerdict(county, None, "missing", "town", "", "")
            code, rest = self.caller_town, ""
        else:
            code, rest = self._town_in(county, key)
        if not code:
            said = town or county_rest
            kept = "".join(part for part in (town, village) if part)
            return AreaVerdict(county, kept, *self._town_problem(county, key, said, rest))
        if self.caller_town and code != self.caller_town:
            tell = f"不属于{self.names[self.caller_town]}。请转交{self.names[code]}所在的监管所上传，或改正属地"
            return AreaVerdict(code, None, "foreign", "town", town or "", tell)
        if village or rest:
            return self._village(code, village or rest, "village" if village else "town", town)
        return AreaVerdict(code)

    def _town_problem(self, county: str, key: str, said: str, why: str) -> tuple:
        name = self.names[county]
        if why == "?":
            found = {self.names[c] for c in self.children[county].find(_town_key(key)) if c}
            if key == _bare(area_key(name), _COUNTY_SUFFIXES):
                found.add(name)
            tell = f"不能确定是哪一个（可能是{'、'.join(sorted(found))}）。请写全称"
            return "ambiguous", "town", said, tell
        elsewhere = sorted(
            self.names[parent]
            for parent, names in self.children.items()
            if self.levels.get(parent) == "county" and _town_key(key) in names.full
        )
        if elsewhere:
            tell = f"不是{name}的乡镇街道（{'、'.join(elsewhere)}有）。请核对所在县区和乡镇街道"
        else:
            tell = f"在{name}的乡镇街道中找不到。请按区划表写全称"
        return "unknown", "town", said, tell

    def _village(self, town: str, said: str, field: str, town_said: str | None) -> AreaVerdict:
        key = area_key(said)
        code = self._by_code(key)
        if code and self.parents.get(code) == town:
            return AreaVerdict(code, "")
        names = self.children.get(town, _Names())
        for head in (*self.cities, area_key(self.names[self.parents[town]])):
            if head and key.startswith(head) and key not in names.full and len(key) > len(head):
                key = key[len(head) :]
        for head in (area_key(self.names[town]), _town_key(area_key(town_said or ""))):
            if head and key.startswith(head) and key not in names.full and len(key) > len(head):
                key = key[len(head) :]
        key = _village_key(key)
        found = names.find(key)
        if len(found) == 1:
            return AreaVerdict(next(iter(found)), "")
        if found:
            options = "、".join(sorted(self.names[code] for code in found))
            tell = f"不能确定是哪一个（可能是{options}），属地先记到乡镇。请写全称"
            return AreaVerdict(town, said, "shallow", field, said, tell)
        code, rest = names.prefix(key)
        if code and _GROUP.match(rest):
            return AreaVerdict(code, said)
        elsewhere = self.villages.get(key)
        if elsewhere:
            towns = sorted({self.names[self.parents[code]] for code in elsewhere})[:3]
            tell = (
                f"不是{self.names[town]}的村（社区），{'、'.join(towns)}有。请核对乡镇街道和村社区"
            )
            return AreaVerdict(town, said, "unknown", field, said, tell)
        tell = f"不在{self.names[town]}的村（社区）表中，属地先记到乡镇，原文保留"
        return AreaVerdict(town, said, "shallow", field, said, tell)
