"""Businesses: the list by the page's own filter, one with its history, a change at a revision."""

from django.forms.models import model_to_dict
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.kit.middleware import client_address

from ..filters import EntityConditions, EntityFilter
from ..forms import EntityForm
from ..queries.entities import entities_visible, entity_get, revision_of
from ..queries.feeds import entities_fed
from ..queries.history import history_of
from ..serializers import (
    EntityDetailSerializer,
    EntityPatch,
    EntitySerializer,
    HistoryQuery,
    HistorySerializer,
)
from ..services.entities import EntityConflict, LicenceTaken, entity_update, phone_reveal


def filter_parameters():
    """The page's filters as parameters of the schema; each may be given once, the choices several times."""
    shown = []
    for name, field in EntityFilter.base_filters.items():
        choices = [value for value, _ in field.extra.get("choices", [])]
        shown.append(
            OpenApiParameter(
                name,
                str,
                description=str(field.label),
                enum=choices or None,
                many=name in ("category", "grade", "status"),
            )
        )
    return shown


@extend_schema(tags=["主体"])
class EntityViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = EntitySerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = {
        "list": ("entities.view_entity",),
        "retrieve": ("entities.view_entity",),
        "history": ("entities.view_entity",),
        "partial_update": ("entities.view_entity", "entities.change_entity"),
    }

    def get_queryset(self):
        return entities_visible(user=self.request.user)

    def _entity(self, pk):
        return found_or_404(entity_get(user=self.request.user, pk=pk))

    @extend_schema(
        summary="主体名录",
        description="筛选条件与名录页面相同；不给 view 时只含在册主体。按编号翻页。",
        parameters=filter_parameters(),
    )
    def list(self, request):
        conditions = EntityConditions(
            request.query_params, user=request.user, on=timezone.localdate()
        )
        if not conditions.is_valid:
            raise ValidationError(conditions.form.errors)
        if conditions.is_search_too_short:
            raise ValidationError({"q": ["请至少输入两个字。"]})
        page = self.paginate_queryset(entities_fed(conditions.found()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一家主体", responses=EntityDetailSerializer)
    def retrieve(self, request, pk):
        return Response(self._shown(self._entity(pk)))

    def _shown(self, entity):
        """Whoever may see whole phone numbers gets this one, and the look is recorded."""
        user, phone = self.request.user, None
        if entity.phone and user.has_perm("jurisdiction.view_full_phone"):
            phone = phone_reveal(actor=user, entity=entity, address=client_address(self.request))
        context = self.get_serializer_context() | {"full_phone": phone}
        return EntityDetailSerializer(entity, context=context).data

    @extend_schema(
        summary="修改一家主体",
        description="只改给出的字段；revision 为读取时的版次，已被别人改过时答 409，不保存。状态、等级另行办理。",
        request=EntityPatch,
        responses={
            200: EntityDetailSerializer,
            409: OpenApiResponse(description="已被别人改过，或许可证编号已登记"),
        },
    )
    def partial_update(self, request, pk):
        entity = self._entity(pk)
        wanted = EntityPatch(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        revision = given.pop("revision")
        seen = revision_of(user=request.user, entity=entity, revision=revision) or entity
        if revision != entity.revision:
            raise EntityConflict(entity)
        # The page's own form checks what belongs together; what was not given stays as it is.
        data = model_to_dict(seen) | {"area": seen.area_id, "category": seen.category_id} | given
        form = EntityForm(
            {key: "" if value is None else value for key, value in data.items()},
            instance=seen,
            user=request.user,
            area=entity.area_id,
        )
        if not form.is_valid():
            raise ValidationError(form.errors)
        derived = {"licence_kind", "address_key"}
        changes = {
            key: value
            for key, value in form.values().items()
            if key in given or (given and key in derived)
        }
        try:
            entity_update(
                actor=request.user,
                entity=entity,
                revision=revision,
                changes=changes,
                address=client_address(request),
            )
        except LicenceTaken as taken:
            raise ValidationError({"licence_no": [taken.message]}) from taken
        return Response(self._shown(self._entity(pk)))

    @extend_schema(
        summary="变更历史",
        description="新的在前，每条有改动前后的值。",
        parameters=[HistoryQuery],
        responses=HistorySerializer,
    )
    def history(self, request, pk):
        query = HistoryQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        moments, has_more = history_of(
            user=request.user, entity=self._entity(pk), limit=query.validated_data["limit"]
        )
        return Response(HistorySerializer({"has_more": has_more, "results": moments}).data)
