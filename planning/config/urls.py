"""Every address of the service; the apps are named in strings, so this floor imports none of them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from oauth2_provider.views import TokenView

from planning.foundation.pages import healthz

API = "api/v1/"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # one door, one rate limit

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/", healthz),
    path("accounts/", include("planning.people.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("oauth/token/", TokenView.as_view(), name="token"),
    path(f"{API}schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path(
        f"{API}docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api_docs.jinja"),
        name="docs",
    ),
    path(API, include("planning.api.urls")),
    path(API, include("targets.api.urls")),
    path(API, include("submissions.api.urls")),
    path("", include("planning.urls")),
    path("", include("targets.urls")),
    path("", include("submissions.urls")),
]

handler400 = "planning.foundation.pages.bad_request"
handler403 = "planning.foundation.pages.not_allowed"
handler404 = "planning.foundation.pages.not_found"
handler500 = "planning.foundation.pages.server_error"
