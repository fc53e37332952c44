"""The little language of a template: names, their attributes, `for`, `if`. Nothing else is understood, so an
uploaded template can neither reach into the program nor keep it busy."""

import functools

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_DEPTH = 2
MAX_LOOPS = 12
FILTERS = ("default", "length", "first", "last")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Not, nodes.And,
    nodes.Or, nodes.Filter,
)  # fmt: skip


class PlaceholderError(TemplateSyntaxError):
    """A placeholder that the language does not know; the message is Chinese."""


class Placeholders(ImmutableSandboxedEnvironment):
    """Jinja narrowed to ALLOWED, values escaped, unknown names refused."""

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals = {}
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {}
        self.understood = functools.lru_cache(maxsize=64)(super().from_string)

    def from_string(self, source, globals=None, template_class=None):
        """The compiled template; the same text is compiled once."""
        return self.understood(source)

    def _parse(self, source, name, filename):
        tree = super()._parse(source, name, filename)
        if sum(1 for _ in tree.find_all(nodes.For)) > MAX_LOOPS:
            raise PlaceholderError("模板里的循环太多", 1)
        _check(tree, 0)
        return tree


def _check(node, depth):
    if isinstance(node, nodes.For):
        depth += 1
        if depth > MAX_DEPTH or node.recursive:
            raise PlaceholderError("循环最多套两层", node.lineno)
    if not isinstance(node, ALLOWED):
        raise PlaceholderError("只能用 {{ 名称 }}、for 和 if", node.lineno)
    name = getattr(node, "attr", None) or getattr(node, "name", None)
    if isinstance(node, nodes.Getattr | nodes.Name) and (name.startswith("_") or name == "self"):
        raise PlaceholderError(f"不认识“{name}”", node.lineno)
    for child in node.iter_child_nodes():
        _check(child, depth)
