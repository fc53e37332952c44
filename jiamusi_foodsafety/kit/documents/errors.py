"""What goes wrong with papers, in a sentence fit to show."""

from ..errors import DomainError


class DocumentError(DomainError):
    """A template or a paper that cannot be made; the message says what to do."""
