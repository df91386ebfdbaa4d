"""Addresses of this app's pages."""

from django.urls import path

from submissions.views.finding import finding, reason
from submissions.views.findings import findings
from submissions.views.home import home
from submissions.views.result import reasons, upload_file, upload_progress, upload_result
from submissions.views.returns import returns, template
from submissions.views.review import review
from submissions.views.submit import receipt, submit
from submissions.views.system import system
from submissions.views.upload import sent, upload
from submissions.views.withdraw import withdraw

urlpatterns = [
    path("", home, name="home"),
    path("rounds/<str:round>/returns/", returns, name="returns"),
    path("rounds/<str:round>/returns/upload/", upload, name="upload"),
    path("rounds/<str:round>/returns/upload/sent/", sent, name="upload_sent"),
    path("rounds/<str:round>/returns/submit/", submit, name="submit"),
    path("rounds/<str:round>/returns/<str:ods>/<str:return_kind>/template/", template, name="template"),
    path("uploads/<uuid:upload>/", upload_result, name="upload_result"),
    path("uploads/<uuid:upload>/progress/", upload_progress, name="upload_progress"),
    path("uploads/<uuid:upload>/file/", upload_file, name="upload_file"),
    path("uploads/<uuid:upload>/reasons/", reasons, name="upload_reasons"),
    path("uploads/<uuid:upload>/review/", review, name="review"),
    path("uploads/<uuid:upload>/withdraw/", withdraw, name="withdraw"),
    path("receipts/<uuid:receipt>/", receipt, name="receipt"),
    path("rounds/<str:round>/findings/", findings, name="findings"),
    path("findings/<uuid:finding>/", finding, name="finding"),
    path("findings/<uuid:finding>/reason/", reason, name="reason"),
    path("systems/<str:ods>/rounds/<str:round>/", system, name="system"),
]
