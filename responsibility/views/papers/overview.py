"""清单与承诺, the overview: tiles, the tree of pledges and letters, the lists, the members."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import require

from ...queries.letters import letter_year, members
from ...queries.lists import lists_index
from ...queries.papers import member_rates, papers_tree, tiles
from ...queries.pledges import to_remind
from ..papers_tabs import papers_tabs
from .pledges import pledge_mine

MOST_OPEN = 30


def _opened(request):
    """The codes of the branches that are open, from the query string."""
    codes = request.GET.get("open", "").split(",")
    return {code for code in codes if code.isalnum() and code.isascii() and len(code) <= 12}


@require_GET
@require("responsibility.view_pledge")
def papers(request):
    user = request.user
    if not user.has_perm("responsibility.view_letter"):
        return pledge_mine(request)
    on = timezone.localdate()
    code = request.GET.get("area", "")
    is_broken_only = request.GET.get("broken") == "1"
    opened = set(sorted(_opened(request))[:MOST_OPEN])
    year = letter_year(user=user, on=on)
    found = papers_tree(
        user=user, code=code, opened=opened, is_broken_only=is_broken_only, year=year
    )
    if found is None:
        if code:
            raise Http404
        return render(request, "reports/no_area.html", {})
    rows, chain, count = found
    root = rows[0]
    for row in rows:
        switched = opened ^ {row.code}
        row.toggle = ",".join(sorted(switched))
    context = {
        "rows": rows,
        "root": root,
        "is_whole": not code,
        "is_broken_only": is_broken_only,
        "is_opened": bool(opened),
        "code": code,
        "year": year,
        "as_of": timezone.now(),
        "tiles": tiles(
            count=count, chain=chain, members=member_rates(user=user, year=year, area=code)
        ),
        **papers_tabs(request, "responsibility:papers"),
    }
    if request.htmx and request.htmx.target == "papers-tree":
        return render(request, "responsibility/_papers_tree.html", context)
    committee = root.code if root.level in ("city", "county") else ""
    groups = lists_index(user=user)
    context |= {
        "groups": groups,
        "has_examples": any(row.is_example for group in groups for row in group["rows"]),
        "members": members(user=user, area=committee, year=year, on=on) if committee else None,
        "committee": committee,
        "remind_count": to_remind(user=user).within(code).count(),
    }
    return render(request, "responsibility/papers.html", context)
