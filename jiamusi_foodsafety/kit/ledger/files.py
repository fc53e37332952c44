"""The uploaded file: its name fit to show, its size and digest, its place in the store."""

import contextlib
import hashlib
import logging
import os
import unicodedata
from pathlib import Path

from django.conf import settings
from django.core.files import File

from jiamusi_foodsafety.kit.errors import DomainError

log = logging.getLogger(__name__)


class UploadDenied(DomainError):
    """The file cannot be taken at all."""


def safe_filename(name: str) -> str:
    """The uploader's file name, fit to show and to log: no path, no control or direction signs, at
    most 120 characters. It never names a file on the disk."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if not _is_hidden(sign)).strip(" .")
    if len(name) > 120:
        stem, _, suffix = name.rpartition(".")
        name = f"{stem[:110]}….{suffix[:8]}" if stem else name[:120]
    return name or "未命名"


def _is_hidden(sign):
    """Controls, direction signs, lone surrogates, and what breaks a line."""
    category = unicodedata.category(sign)
    return category[0] == "C" or category in {"Zl", "Zp"}


def measure(source):
    """Size and SHA-256, reading no further than one byte over the limit."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while chunk := source.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
        if size > settings.LEDGER_MAX_BYTES:
            break
    return size, digest.hexdigest()


def refusal_by_size(size, filename):
    """(code, sentence) for a file that is empty or too large; None for any other."""
    if size == 0:
        return "E_EMPTY_FILE", f"{filename} 是空文件，没有内容。请检查后重新上传。"
    if size > settings.LEDGER_MAX_BYTES:
        megabytes = settings.LEDGER_MAX_BYTES // (1024 * 1024)
        return (
            "E_TOO_LARGE",
            f"{filename} 超过 {megabytes} MB。请删去图片等无关内容，或按乡镇拆分后分别上传。",
        )
    return None


def keep_file(upload, source, *, untouched: str):
    """Store the bytes under a generated name, on the disk before the record says so."""
    storage, name = upload.file.storage, upload.file.field.generate_filename(upload, "ledger")
    source.seek(0)
    try:
        upload.file.name = storage.save(name, File(source, name="ledger"))
        _sync(upload.file)
    except OSError as error:
        log.error("upload not stored: %s", error)
        with contextlib.suppress(OSError):
            storage.delete(name)
        raise UploadDenied(
            f"文件没有保存：服务器的存储空间已满或暂时不能写入。{untouched}没有改动，请稍后再传，仍不行请告诉管理员。"
        ) from error


def _sync(stored):
    """The bytes and the name are on the disk."""
    try:
        path = Path(stored.path)
    except NotImplementedError:  # a remote store syncs by itself
        return
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def forget_file(upload):
    """Delete the stored bytes of an upload that has no record."""
    if upload.file:
        upload.file.delete(save=False)
