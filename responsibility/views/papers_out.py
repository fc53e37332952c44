"""Files leave the private store only through here: as a download, never shown in the page."""

from django.http import FileResponse, Http404


def paper_response(file, name) -> FileResponse:
    """The stored file under its own name; 404 where there is none."""
    if not file or not file.storage.exists(file.name):
        raise Http404
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=name or "文件",
        content_type="application/octet-stream",
    )
