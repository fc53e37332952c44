"""A zip package, inflated with a counter: sizes in its directory are claims, not facts."""

import re
import struct
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, getincrementaldecoder
from collections.abc import Iterator

from jiamusi_foodsafety.kit.workbook.limits import MB, Limits
from jiamusi_foodsafety.kit.workbook.refusal import corrupt, encrypted, unsafe

CHUNK = 256 * 1024
MAX_ENTRIES = 10_000
# Small parts may compress extremely well without any harm.
RATIO_FLOOR = MB
DECLARED_TYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
# Encodings in which `<!DOCTYPE` is the same bytes as in ASCII (UTF-16 is decoded before).
PLAIN_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "gbk", "gb2312", "gb18030",
                   "iso-8859-1", "windows-1252", "utf-16", "utf-16le", "utf-16be"}  # fmt: skip
BINARY_FOLDERS = ("/media/", "/embeddings/", "pictures/", "thumbnails/", "object ")


class Package:
    """The entries of a zip by clean name (slashes, no leading slash, lower case)."""

    def __init__(self, path: str, limits: Limits):
        self.limits = limits
        self.unpacked = 0
        self.seen: set[str] = set()
        self.file = open(path, "rb")  # noqa: SIM115 - closed by close()
        try:
            self.entries = self._directory()
        except BaseException:
            self.close()
            raise

    def _directory(self) -> dict[str, zipfile.ZipInfo]:
        try:
            infos = zipfile.ZipFile(self.file).infolist()
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            struct.error,
            NotImplementedError,
        ) as error:
            raise corrupt("压缩目录无法读取") from error
        self._check_directory(infos)
        files = [info for info in infos if not info.is_dir()]
        entries = {clean_name(info): info for info in files}
        if len(entries) != len(files):
            raise corrupt("压缩目录中有重名的部件")
        return entries

    def _check_directory(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > MAX_ENTRIES:
            raise unsafe("压缩条目过多")
        if any(info.flag_bits & 0x41 for info in infos):
            raise encrypted()
        if any(info.compress_type not in (0, 8) for info in infos):
            raise corrupt("不支持的压缩方式")
        if sum(info.file_size for info in infos) > self.limits.unpacked_bytes:
            raise unsafe("解压后体积过大")
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise unsafe("压缩条目相互重叠")
            end = info.header_offset + 30 + info.compress_size

    def close(self) -> None:
        self.file.close()

    def read(self, name: str) -> bytes:
        """A whole small part as UTF-8 bytes; empty if the package lacks it."""
        return b"".join(self.chunks(name)) if name in self.entries else b""

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part piece by piece; XML comes as UTF-8 and is refused if it declares a DTD."""
        pieces = self.inflate(self.entries[name])
        first = next(pieces, b"")
        if is_binary(name, first):
            yield first
            yield from pieces
            return
        tail = b""
        for piece in as_utf8(first, pieces):
            suspicious = b"<!" in piece or b"<!" in tail + piece[:16]
            if suspicious and DECLARED_TYPE.search(tail + piece):
                raise unsafe("含有 DOCTYPE 或外部实体声明")
            tail = (tail + piece)[-16:]
            yield piece

    def inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of an entry as they are; sizes, ratio and checksum are kept on the way."""
        count_it = info.filename not in self.seen
        self.seen.add(info.filename)
        self.file.seek(info.header_offset)
        header = self.file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise corrupt("压缩条目头无效")
        if header[6] & 0x41:
            raise encrypted()
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self.file.seek(name_length + extra_length, 1)
        size = check = 0
        for piece in self._pieces(info):
            size += len(piece)
            check = zlib.crc32(piece, check)
            if count_it:
                self.unpacked += len(piece)
            if self.unpacked > self.limits.unpacked_bytes:
                raise unsafe("解压后体积过大")
            if size > RATIO_FLOOR and size > self.limits.ratio * max(info.compress_size, 1):
                raise unsafe("压缩比异常，疑似压缩炸弹")
            # A little more may be damage, and shows below; much more is a lie.
            if size > info.file_size + RATIO_FLOOR:
                raise unsafe("实际大小与压缩目录不符")
            yield piece
        if size != info.file_size or check != info.CRC:
            raise corrupt("校验和不符")

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        left = info.compress_size
        inflater = zlib.decompressobj(-15) if info.compress_type == 8 else None
        position = self.file.tell()
        try:
            while left > 0:
                # Two parts may be read by turns: each keeps its own place in the file.
                self.file.seek(position)
                raw = self.file.read(min(CHUNK // 4, left))
                if not raw:
                    raise corrupt("文件不完整")
                position += len(raw)
                left -= len(raw)
                if inflater is None:
                    yield raw
                    continue
                while raw:
                    piece = inflater.decompress(raw, CHUNK)
                    raw = inflater.unconsumed_tail
                    if piece:
                        yield piece
            if inflater is not None:
                rest = inflater.flush()
                if rest:
                    yield rest
                if not inflater.eof:
                    raise corrupt("压缩数据不完整")
        except zlib.error as error:
            raise corrupt("压缩数据无法解开") from error


def clean_name(info: zipfile.ZipInfo) -> str:
    """The name that a part is meant to have, however its writer spelled it."""
    return info.filename.replace("\\", "/").lstrip("/").lower()


def is_binary(name: str, first: bytes) -> bool:
    """Is the part no XML, by its place or its first bytes?"""
    if any(folder in "/" + name for folder in BINARY_FOLDERS):
        return True
    head = first[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return not head.startswith(b"<")


def utf16_name(first: bytes) -> str:
    """The UTF-16 flavour of a part by its first bytes, empty for UTF-8."""
    if first.startswith((BOM_UTF32_LE, BOM_UTF32_BE)) or first[:4] in (b"<\0\0\0", b"\0\0\0<"):
        raise unsafe("部件使用了不常见的编码")
    if first.startswith(BOM_UTF16_LE) or first[:2] == b"<\0":
        return "utf-16-le"
    if first.startswith(BOM_UTF16_BE) or first[:2] == b"\0<":
        return "utf-16-be"
    return ""


def as_utf8(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of an XML part with UTF-16 turned into UTF-8."""
    name = utf16_name(first)
    if not name:
        declared = DECLARED_ENCODING.search(first[:512])
        if declared and declared[1].decode("ascii").lower() not in PLAIN_ENCODINGS:
            raise unsafe("部件使用了不常见的编码")
        yield first
        yield from pieces
        return
    decoder = getincrementaldecoder(name)()
    try:
        yield decoder.decode(first).lstrip("\ufeff").encode()
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise corrupt("部件编码无效") from error
