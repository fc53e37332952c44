"""Copies the front-end packages' files into static/vendor/ and builds the icon sprite.

Runs without Django and without any server: python -m jiamusi_foodsafety.kit.assets
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
}
LICENCES = ["@tabler/icons/LICENSE", "echarts/LICENSE"]  # @tabler/core has its own in its files
SVG = "http://www.w3.org/2000/svg"
STROKE_WIDTH = "1.75"
# The maps are not shipped; a comment that names one breaks collectstatic's manifest.
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")


class AssetsError(RuntimeError):
    """A front-end file or an icon is missing; the message names it."""


def build_assets(root: Path = ROOT) -> list[Path]:
    """Fill static/vendor/ from node_modules/ and static/brand/icons.txt; gives what it wrote."""
    packages, vendor = root / "node_modules", root / "static" / "vendor"
    if not packages.is_dir():
        raise AssetsError("node_modules/ is missing: run `make install`")
    vendor.mkdir(parents=True, exist_ok=True)
    written = []
    for source, name in FILES.items():
        text = (packages / source).read_text(encoding="utf-8")
        written.append(vendor / name)
        written[-1].write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
    names = icon_names((root / "static" / "brand" / "icons.txt").read_text(encoding="utf-8"))
    written.append(vendor / "icons.svg")
    written[-1].write_text(
        sprite(packages / "@tabler/icons/icons/outline", names), encoding="utf-8"
    )
    licences = [(packages / path).read_text(encoding="utf-8") for path in LICENCES]
    written.append(vendor / "LICENSES.txt")
    written[-1].write_text("\n\n".join(licences), encoding="utf-8")
    return written


def icon_names(text: str) -> list[str]:
    """The names in icons.txt: one a line, # begins a comment, sorted and without repeats."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return sorted({line for line in lines if line})


def sprite(icons: Path, names: list[str]) -> str:
    """One SVG with a symbol `i-<name>` for each icon; colour comes from the page."""
    missing = [name for name in names if not (icons / f"{name}.svg").is_file()]
    if missing:
        raise AssetsError(f"no such Tabler icon: {', '.join(missing)}")
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        icon = ElementTree.parse(icons / f"{name}.svg").getroot()  # noqa: S314 (a pinned package)
        symbol = ElementTree.SubElement(
            root, f"{{{SVG}}}symbol", id=f"i-{name}", viewBox=icon.get("viewBox", "0 0 24 24"),
            fill="none", stroke="currentColor",
            attrib={
                "stroke-width": STROKE_WIDTH, "stroke-linecap": "round", "stroke-linejoin": "round",
            },
        )  # fmt: skip
        for shape in icon:
            if shape.get("stroke") != "none":  # the invisible square that frames each icon
                shape.tail = None
                symbol.append(shape)
    return ElementTree.tostring(root, encoding="unicode")


if __name__ == "__main__":
    try:
        for path in build_assets():
            print(path.relative_to(ROOT))  # noqa: T201
    except (AssetsError, OSError) as error:
        sys.exit(str(error))
