from django.urls import path

from . import pages

urlpatterns = [
    path("campaigns/", pages.campaign_list, name="campaign-list"),
    path("campaigns/<int:pk>/", pages.campaign_detail, name="campaign-detail"),
    path("campaigns/<int:pk>/export/", pages.campaign_export, name="campaign-export"),
    path("campaigns/on/<str:mark>/", pages.campaign_tag, name="campaign-tag"),
]
