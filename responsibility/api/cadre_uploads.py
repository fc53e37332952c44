"""The cadre ledger's pipeline by the API: send a file, follow it, decide on it."""

from drf_spectacular.utils import extend_schema

from entities.api.uploads import UploadViews, described, rights_of

from .. import tasks
from ..ledger import uploads
from ..queries import cadre_uploads as queries
from ..serializers.cadre_uploads import (
    CadreColumnsRequest,
    CadreFindingSerializer,
    CadreUploadDetailSerializer,
    CadreUploadSerializer,
)

IMPORT = "responsibility.import_cadre"


@extend_schema(tags=["干部"])
@described(
    book="名册", register="干部名册", list_class=CadreUploadSerializer,
    detail=CadreUploadDetailSerializer, finding=CadreFindingSerializer, columns=CadreColumnsRequest,
)  # fmt: skip
class CadreUploadViewSet(UploadViews):
    serializer_class = CadreUploadSerializer
    rights = rights_of(IMPORT, IMPORT)
    life = uploads.LIFE
    ring = staticmethod(tasks.ring_upload)
    detail_class = CadreUploadDetailSerializer
    finding_class = CadreFindingSerializer
    columns_class = CadreColumnsRequest
    written = "名册"

    def uploads_in(self, state=""):
        return queries.uploads_visible(user=self.request.user, state=state)

    def one(self, pk):
        return queries.upload_of(user=self.request.user, pk=pk)

    def masked(self, page, upload):
        return queries.phones_masked(page, user=self.request.user, upload=upload)
