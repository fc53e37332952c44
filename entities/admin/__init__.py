"""The register in the administration: rare corrections, dictionaries, and the records of the pipeline."""

from . import dictionaries, entities, records

__all__ = ["dictionaries", "entities", "records"]
