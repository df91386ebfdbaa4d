"""Addresses of this app's API, below /api/v1/. It is the last, so it answers what no route does."""

from django.urls import path, re_path

from submissions.api.compare import compare_uploads
from submissions.api.findings import explanation, findings
from submissions.api.marked import upload_marked
from submissions.api.nothing import nothing
from submissions.api.points import points
from submissions.api.returns import send_return, template
from submissions.api.uploads import submit_upload, upload, upload_file, uploads

RETURN = "rounds/<slug:round_code>/returns/<slug:ods>/<slug:return_kind>/"

urlpatterns = [
    path(f"{RETURN}template/", template, name="api_template"),
    path(f"{RETURN}uploads/", send_return, name="api_send"),
    path("rounds/<slug:round_code>/uploads/", uploads, name="api_uploads"),
    path("uploads/<uuid:upload_id>/", upload, name="api_upload"),
    path("uploads/<uuid:upload_id>/file/", upload_file, name="api_upload_file"),
    path("uploads/<uuid:upload_id>/marked/", upload_marked, name="api_upload_marked"),
    path("uploads/<uuid:upload_id>/compare/<uuid:other_id>/", compare_uploads, name="api_compare"),
    path("uploads/<uuid:upload_id>/submit/", submit_upload, name="api_submit"),
    path("rounds/<slug:round_code>/points/", points, name="api_points"),
    path("rounds/<slug:round_code>/findings/", findings, name="api_findings"),
    path("findings/<uuid:finding_id>/explanation/", explanation, name="api_explanation"),
    re_path(r"^(?:[\s\S]*/)?\Z", nothing),
]
