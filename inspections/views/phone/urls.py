"""Addresses of the phone: the cadre's first page, his businesses, the visit, and the worker that keeps them."""

from django.urls import path

from . import pages, visit, worker

urlpatterns = [
    path("phone/", pages.todo, name="phone"),
    path("phone/entities/", pages.entities, name="phone-entities"),
    path("phone/who/", worker.who, name="phone-who"),
    path("visits/new/<int:entity_id>/", visit.make, name="visit-make"),
    path("sw.js", worker.script, name="phone-worker"),
]
