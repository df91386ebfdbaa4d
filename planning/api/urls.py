"""Addresses of this app's API, below /api/v1/."""

from django.urls import path

from planning.api.lines import lines
from planning.api.organisations import organisations
from planning.api.rounds import one_round, rounds
from planning.api.rules import rules

urlpatterns = [
    path("organisations/", organisations, name="api_organisations"),
    path("rounds/", rounds, name="api_rounds"),
    path("rounds/<slug:round_code>/", one_round, name="api_round"),
    path("rounds/<slug:round_code>/lines/", lines, name="api_lines"),
    path("rounds/<slug:round_code>/rules/", rules, name="api_rules"),
]
