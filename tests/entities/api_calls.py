"""Calls of the API."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.entities.ledgers import HEADER

UPLOADS = "/api/v1/ledger-uploads/"


def ledger(*rows, header=HEADER, name="台账.csv"):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode("utf-8-sig"))
