"""What the pages of the daily report share: who may do what, and where a wrong number leads."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...queries.reports import report_of, report_page

VIEW, BUILD = "reports.view_dailyreport", "reports.build_dailyreport"
CONFIRM, ISSUE = "reports.confirm_dailyreport", "reports.issue_dailyreport"


def page_or_404(request, pk, *, area=""):
    """The report page that this user may see, of one county with `area`."""
    page = report_page(user=request.user, pk=pk, area=area, at=timezone.now())
    if page is None:
        raise Http404
    return page


def report_or_404(request, pk):
    report = report_of(user=request.user, pk=pk)
    if report is None:
        raise Http404
    return report


def own_standing(request, page):
    """The reader's own county in a report, where he may confirm it."""
    if not request.user.has_perm(CONFIRM):
        return None
    return page.standings.get(home_code(request.user) or "")


def act(request, pk, call, done, *, back="reports:daily-report-detail"):
    """Do one thing to a report and come back to it; a DomainError is shown as its sentence."""
    try:
        result = call(actor=request.user, at=timezone.now(), address=client_address(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done(result) if callable(done) else done)
    return redirect(back, pk=pk)
