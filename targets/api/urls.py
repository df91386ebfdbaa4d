"""Addresses of this app's API, below /api/v1/."""

from django.urls import path

from targets.api.evaluations import evaluations
from targets.api.targets import targets

urlpatterns = [
    path("rounds/<slug:round_code>/targets/", targets, name="api_targets"),
    path("rounds/<slug:round_code>/evaluations/", evaluations, name="api_evaluations"),
]
