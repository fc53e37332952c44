from django.urls import path

from . import guidance, instructions, ledger_states, notices, notifications

urlpatterns = [
    path("messages/", notifications.notification_list, name="notification-list"),
    path("messages/read/", notifications.notification_read_all, name="notification-read-all"),
    path("messages/<int:pk>/open/", notifications.notification_open, name="notification-open"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/new/", notices.notice_create, name="notice-create"),
    path("notices/export/", notices.notice_export, name="notice-export"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice-detail"),
    path("notices/<int:pk>/edit/", notices.notice_edit, name="notice-edit"),
    path("notices/<int:pk>/issue/", notices.notice_issue, name="notice-issue"),
    path("notices/<int:pk>/withdraw/", notices.notice_withdraw, name="notice-withdraw"),
    path("notices/<int:pk>/remind/", notices.notice_remind, name="notice-remind"),
    path("notices/files/<int:pk>/", notices.notice_file, name="notice-file"),
    path("notices/targets/<int:pk>/receive/", notices.target_receive, name="notice-receive"),
    path("notices/targets/<int:pk>/answer/", notices.target_answer, name="notice-answer"),
    path("notices/targets/<int:pk>/file/", notices.target_file, name="notice-answer-file"),
    path("instructions/", instructions.instruction_list, name="instruction-list"),
    path("instructions/new/", instructions.instruction_create, name="instruction-create"),
    path("instructions/<int:pk>/", instructions.instruction_detail, name="instruction-detail"),
    path(
        "instructions/<int:pk>/answer/", instructions.instruction_answer, name="instruction-answer"
    ),
    path(
        "instructions/<int:pk>/decide/", instructions.instruction_decide, name="instruction-decide"
    ),
    path("guidance/", guidance.guidance_list, name="guidance-list"),
    path("guidance/new/", guidance.guidance_create, name="guidance-create"),
    path("guidance/export/", guidance.guidance_export, name="guidance-export"),
    path("guidance/<int:pk>/", guidance.guidance_detail, name="guidance-detail"),
    path("guidance/<int:pk>/answer/", guidance.guidance_answer, name="guidance-answer"),
    path("ledger-states/", ledger_states.ledger_state_list, name="ledger-state-list"),
    path("ledger-states/set/", ledger_states.ledger_state_set, name="ledger-state-set"),
]
