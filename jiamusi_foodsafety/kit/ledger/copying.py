"""The rows of the limited child on their way into the staging tables, while it still reads."""

import tempfile
import threading

from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused


class ColumnsNeeded(Exception):
    """The ledger cannot be read before somebody says which column is which."""

    def __init__(self, found):
        super().__init__("columns")
        self.found = found


class local_file:
    """The stored file as a path for the child; a remote store is copied to a temporary file."""

    def __init__(self, upload):
        self.upload = upload
        self.copy = None

    def __enter__(self):
        try:
            return self.upload.file.path
        except NotImplementedError:
            self.copy = tempfile.NamedTemporaryFile(prefix="ledger-")
            with self.upload.file.open("rb") as stored:
                for chunk in stored.chunks():
                    self.copy.write(chunk)
            self.copy.flush()
            return self.copy.name

    def __exit__(self, *exc):
        if self.copy is not None:
            self.copy.close()


class Numbered:
    """A COPY stream whose every line gets the upload's number in front."""

    def __init__(self, stream, upload_id):
        self.stream = stream
        self.prefix = f"{upload_id}\t".encode()
        self.at_start = True
        self.has_ended = False

    def read(self, size=-1):
        chunk = self.stream.read(size if size > 0 else 65536)
        if not chunk:
            self.has_ended = True
            return b""
        if self.at_start:
            chunk = self.prefix + chunk
        # A line feed inside a value is written \\n in COPY text: a real one always ends a row.
        self.at_start = chunk.endswith(b"\n")
        body, end = (chunk[:-1], b"\n") if self.at_start else (chunk, b"")
        return body.replace(b"\n", b"\n" + self.prefix) + end


def copy(cursor, model, fields, stream) -> None:
    """COPY lines of these fields into the model's table; raises Django's DatabaseError."""
    columns = ", ".join(f'"{field}"' for field in ("upload_id", *fields))
    # Django hands this method of the driver out bare: its errors would be the driver's own.
    with cursor.db.wrap_database_errors:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", stream)


class Listener:
    """Passes the child's progress on to the keeper and keeps its last word."""

    def __init__(self, child, keeper):
        self.child = child
        self.keeper = keeper
        self.last = {}
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        for message in self.child.messages():
            if "stage" in message:
                self.keeper.tell(message.pop("stage"), **message)
            elif "matched" in message:
                self.keeper.know(**message["matched"])
            else:
                self.last = message

    def result(self) -> dict:
        self.thread.join()
        if "refused" in self.last:
            raise WorkbookRefused(self.last["refused"]["code"], self.last["refused"]["message"])
        if "columns_needed" in self.last:
            raise ColumnsNeeded(self.last["columns_needed"])
        self.child.wait()
        if "result" not in self.last:
            raise WorkbookRefused(
                "E_CORRUPT", "文件没有读完就中断了。请用 WPS 或 Excel 打开后另存一份，再上传。"
            )
        return self.last["result"]
