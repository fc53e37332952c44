"""Pages of the administration, and what a browser sends back."""

from django.urls import reverse

FAR_TOWN = "379902001"


def url(model, page, *args):
    app = "reports" if model == "dailyreport" else "entities"
    return reverse(f"admin:{app}_{model}_{page}", args=args)


def listed(browser, query=""):
    page = browser.get(url("entity", "changelist") + query)
    assert page.status_code == 200, page.headers
    return page.context["cl"]


def sent(page):
    """What the browser would send back of a change form."""
    form = page.context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif value not in (None, False):
            data[bound.html_name] = value
    return data
