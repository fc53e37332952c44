from django.urls import path

from . import accounts, changes, handovers, pages

urlpatterns = [
    path("cadres/", pages.cadre_list, name="cadre-list"),
    path("cadres/new/", pages.cadre_create_view, name="cadre-create"),
    path("cadres/export/", pages.cadre_export, name="cadre-export"),
    path("cadres/accounts/", accounts.cadre_accounts, name="cadre-accounts"),
    path("cadres/<int:pk>/", pages.cadre_detail, name="cadre-detail"),
    path("cadres/<int:pk>/edit/", pages.cadre_update_view, name="cadre-update"),
    path("cadres/<int:pk>/phone/", pages.cadre_phone, name="cadre-phone"),
    path("cadres/<int:pk>/account/", accounts.cadre_account, name="cadre-account"),
    path("cadres/<int:pk>/handover/", handovers.handover_create, name="handover-create"),
    path("handovers/", handovers.handover_list, name="handover-list"),
    path("handovers/<int:pk>/", handovers.handover_detail, name="handover-detail"),
    path("handovers/<int:pk>/docx/", handovers.handover_docx, name="handover-docx"),
    path("handovers/<int:pk>/pdf/", handovers.handover_pdf, name="handover-pdf"),
    path("handovers/<int:pk>/cancel/", handovers.handover_cancel_view, name="handover-cancel"),
    path("changes/", changes.change_list, name="change-list"),
    path("changes/export/", changes.change_export, name="change-export"),
]
