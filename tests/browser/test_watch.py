"""The journeys' own guards: each of them sees what it is there to see."""

import pytest
from playwright.sync_api import Error


def test_the_watch_sees_what_must_not_happen(page, watch):
    page.goto("/login/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate("void setTimeout(() => { throw new Error('broken script') })")
    page.evaluate("console.error('said on the console')")
    with pytest.raises(Error):
        page.goto("http://example.com/")
    page.wait_for_timeout(300)
    seen, watch.problems = "\n".join(watch.problems), []
    for kind in (
        "Content Security Policy", "broken script", "said on the console", "leaves the machine"
    ):  # fmt: skip
        assert kind in seen


def test_axe_sees_a_picture_without_words(page, accessible):
    page.goto("/login/")
    accessible(page)
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        accessible(page)
