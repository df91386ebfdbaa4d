"""Addresses of this app's pages."""

from django.urls import path

from planning.views.groups import groups
from planning.views.lines import lines

urlpatterns = [
    path("groups/", groups, name="groups"),
    path("rounds/<str:round>/lines/", lines, name="lines"),
]
