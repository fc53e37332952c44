import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jiamusi_foodsafety.kit.assets import AssetsError, build_assets, icon_names, sprite

ROOT = Path(__file__).resolve().parents[2]
SYMBOL = "{http://www.w3.org/2000/svg}symbol"


@pytest.fixture
def project(tmp_path):
    """A project that shares the installed packages and has a static/ of its own."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "static/brand").mkdir(parents=True)
    (tmp_path / "static/brand/icons.txt").write_text("# menu\nhome\nsearch # top bar\n\nhome\n")
    return tmp_path


def test_build_gives_style_scripts_and_one_sprite(project):
    names = {path.name for path in build_assets(project)}
    assert {"tabler.min.css", "tabler.min.js", "echarts.min.js", "icons.svg"} <= names
    vendor = project / "static/vendor"
    for path in vendor.glob("*.min.*"):
        text = path.read_text()
        assert len(text) > 50_000
        assert "sourceMappingURL" not in text
    symbols = ElementTree.parse(vendor / "icons.svg").getroot().findall(SYMBOL)
    assert [symbol.get("id") for symbol in symbols] == ["i-home", "i-search"]
    for symbol in symbols:
        assert symbol.get("stroke-width") == "1.75"
        assert symbol.get("stroke") == "currentColor"
        assert len(symbol) > 0
        assert not [shape for shape in symbol if shape.get("stroke") == "none"]


def test_style_asks_no_other_server_for_anything(project):
    build_assets(project)
    css = (project / "static/vendor/tabler.min.css").read_text()
    assert re.findall(r"url\(\s*[\"']?(?:https?:)?//[^)]*|@import[^;]*", css) == []


def test_unknown_icon_is_named(project):
    with pytest.raises(AssetsError, match="no-such-icon"):
        sprite(ROOT / "node_modules/@tabler/icons/icons/outline", ["home", "no-such-icon"])


def test_every_icon_that_a_page_uses_is_in_the_list():
    listed = set(icon_names((ROOT / "static/brand/icons.txt").read_text()))
    used = set()
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"icons\.svg[^\"']*#i-([a-z0-9-]+)", template.read_text()))
        used |= set(re.findall(r"{% icon [\"']([a-z0-9-]+)[\"']", template.read_text()))
    assert used - listed == set()
