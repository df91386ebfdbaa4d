"""Addresses of this app's pages."""

from django.urls import path

from planning.views.lines import lines

urlpatterns = [
    path("rounds/<str:round>/lines/", lines, name="lines"),
]
