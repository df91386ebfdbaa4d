"""Addresses of this app's pages."""

from django.urls import path

from targets.views.heat_map import target_map
from targets.views.target import target
from targets.views.targets import targets

urlpatterns = [
    path("rounds/<str:round>/targets/", targets, name="targets"),
    path("rounds/<str:round>/targets/map/", target_map, name="target_map"),
    path("rounds/<str:round>/targets/<str:code>/", target, name="target"),
]
