"""Reading and pressing the upload's pages."""

import re

from django.urls import reverse

LICENCES = ["JY13799210000019", "JY13799210000027", "JY13799210000035", "JY13799210000043"]


def at(name, upload):
    return reverse(f"entities:upload-{name}", args=[upload.pk])


def page(client, upload, query=""):
    response = client.get(at("detail", upload) + query)
    assert response.status_code == 200
    return response


def words(response):
    """The page's text on one line, without its tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def rows(count, **changes):
    return [
        {"主体名称": f"示例小店{n}号", "许可证编号": LICENCES[n]} | changes for n in range(count)
    ]
