"""Addresses of 问题整改."""

from django.urls import path

from . import moves, pages, papers, urge

urlpatterns = [
    path("problems/", pages.problem_list, name="problem-list"),
    path("problems/export/", pages.problem_export, name="problem-export"),
    path("problems/new/", moves.problem_create, name="problem-create"),
    path("problems/urge/", urge.problem_urge, name="problem-urge"),
    path("problems/photos/<int:pk>/", pages.problem_photo, name="problem-photo"),
    path("problems/<int:pk>/", pages.problem_detail, name="problem-detail"),
    path("problems/<int:pk>/pdf/", papers.problem_pdf, name="problem-pdf"),
    path("problems/<int:pk>/docx/", papers.problem_docx, name="problem-docx"),
    path("problems/<int:pk>/moves/<slug:act>/", moves.problem_move_view, name="problem-move"),
]
