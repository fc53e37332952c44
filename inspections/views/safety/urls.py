from django.urls import path

from . import acts, files, pages

urlpatterns = [
    path(f"safety/{address}", view, name=name)
    for address, view, name in (
        ("", pages.safety_list, "safety-list"),
        ("export/", pages.safety_export, "safety-export"),
        ("take/", acts.safety_take, "safety-take"),
        ("<int:pk>/", pages.safety_detail, "safety-detail"),
        ("<int:pk>/people/new/", acts.person_create, "safety-person-create"),
        ("<int:pk>/controls/new/", acts.control_create, "safety-control-create"),
        ("<int:pk>/risk-lists/new/", acts.risk_list_create, "safety-risk-create"),
        ("people/<int:pk>/edit/", acts.person_edit, "safety-person-update"),
        ("people/<int:pk>/end/", acts.person_end_view, "safety-person-end"),
        ("people/<int:pk>/phone/", acts.person_phone, "safety-person-phone"),
        ("people/<int:pk>/document/", files.person_document, "safety-person-document"),
        ("people/<int:pk>/trainings/new/", acts.training_create, "safety-person-training"),
        ("people/<int:pk>/exams/new/", acts.exam_create, "safety-person-exam"),
        ("trainings/<int:pk>/file/", files.training_certificate, "safety-training-file"),
        ("trainings/<int:pk>/void/", acts.training_void, "safety-training-void"),
        ("exams/<int:pk>/void/", acts.exam_void, "safety-exam-void"),
        ("checks/<int:pk>/void/", acts.check_void, "safety-check-void"),
        ("risk-lists/<int:pk>/file/", files.risk_list_file, "safety-risk-file"),
    )
]
