from django.urls import path

from . import actions, documents, experience, meetings, organisation, training

ORGANISATION = [
    ("", organisation.organisation, "organisation"),
    ("changes/", organisation.organisation_history, "body-change-list"),
    ("teams/", organisation.teams, "body-allot"),
    ("bodies/new/", organisation.body_create, "body-create"),
    ("bodies/<int:pk>/", organisation.body_detail, "body-detail"),
    ("bodies/<int:pk>/edit/", organisation.body_update, "body-update"),
    ("bodies/<int:pk>/members/", organisation.body_member_add, "body-member-add"),
    ("members/<int:pk>/", organisation.body_member_change, "body-member-change"),
    ("members/<int:pk>/edit/", organisation.body_member_update, "body-member-update"),
]
MEETINGS = [
    ("", meetings.meeting_list, "meeting-list"),
    ("new/", meetings.meeting_create, "meeting-create"),
    ("export/", meetings.meeting_export, "meeting-export"),
    ("tasks/", actions.action_list, "meeting-action-list"),
    ("tasks/<int:pk>/", actions.action_detail, "meeting-action-detail"),
    ("tasks/<int:pk>/decide/", actions.action_decide, "meeting-action-decide"),
    ("<int:pk>/", meetings.meeting_detail, "meeting-detail"),
    ("<int:pk>/edit/", meetings.meeting_update, "meeting-update"),
    ("<int:pk>/minutes/", meetings.meeting_minutes, "meeting-minutes"),
    ("<int:pk>/decisions/", meetings.meeting_decision_add, "meeting-decision-add"),
]
DOCUMENTS = [
    ("", documents.document_list, "document-list"),
    ("new/", documents.document_create, "document-create"),
    ("export/", documents.document_export, "document-export"),
    ("<int:pk>/", documents.document_detail, "document-detail"),
    ("<int:pk>/edit/", documents.document_update, "document-update"),
    ("<int:pk>/retire/", documents.document_retire_view, "document-retire"),
    ("<int:pk>/file/", documents.document_file, "document-file"),
]
EXPERIENCES = [
    ("", experience.experience_list, "experience-list"),
    ("new/", experience.experience_create, "experience-create"),
    ("<int:pk>/", experience.experience_detail, "experience-detail"),
    ("<int:pk>/edit/", experience.experience_update, "experience-update"),
]
TRAININGS = [
    ("", training.training_list, "training-list"),
    ("new/", training.training_create, "training-create"),
    ("cadres/", training.training_cadre_list, "training-cadre-list"),
    ("cadres/<int:pk>/", training.training_cadre, "training-cadre"),
    ("<int:pk>/", training.training_detail, "training-detail"),
    ("<int:pk>/edit/", training.training_update, "training-update"),
    ("<int:pk>/attendees/", training.training_attendees, "training-attendees"),
    ("<int:pk>/results/", training.training_results, "training-results"),
    ("<int:pk>/export/", training.training_export, "training-export"),
]
urlpatterns = [
    path(f"{folder}/{address}", view, name=name)
    for folder, entries in (
        ("organisation", ORGANISATION),
        ("meetings", MEETINGS),
        ("documents", DOCUMENTS),
        ("experience", EXPERIENCES),
        ("trainings", TRAININGS),
    )
    for address, view, name in entries
]
