"""Addresses of this app's pages."""

from django.urls import path

from targets.views.assurances import assurance, assurances
from targets.views.attest import attest_for
from targets.views.changes import guidance_changes, try_guidance
from targets.views.document import guidance_document
from targets.views.documents import guidance
from targets.views.heat_map import target_map
from targets.views.local_figure import local_figure
from targets.views.target import target
from targets.views.targets import targets

urlpatterns = [
    path("guidance/", guidance, name="guidance"),
    path("guidance/changes/", guidance_changes, name="guidance_changes"),
    path("guidance/changes/try/", try_guidance, name="try_guidance"),
    path("guidance/<str:document>/", guidance_document, name="guidance_document"),
    path("rounds/<str:round>/assurances/", assurances, name="assurances"),
    path("rounds/<str:round>/assurances/<str:subject>/", assurance, name="assurance"),
    path("rounds/<str:round>/assurances/<str:subject>/<str:body>/", attest_for, name="attest"),
    path("rounds/<str:round>/targets/", targets, name="targets"),
    path("rounds/<str:round>/targets/map/", target_map, name="target_map"),
    path("rounds/<str:round>/targets/<str:code>/", target, name="target"),
    path("rounds/<str:round>/targets/<str:code>/figure/", local_figure, name="local_figure"),
    path("rounds/<str:round>/targets/<str:code>/figure/<str:body>/", local_figure, name="local_figure"),
]
