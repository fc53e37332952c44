"""Words about bonds in templates."""

from django import template

from responsibility.enums import CadreLevel

register = template.Library()


@register.filter
def level_word(value):
    """village → 村级; what is no level stays empty."""
    return dict(CadreLevel.choices).get(value, "")
