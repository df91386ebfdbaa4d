"""One guidance document: what it sets, what is wrong in it, and how what is local stands to what is national."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from targets.guidance.documents import GuidanceDocument
from targets.guidance.standing import year
from targets.queries.documents import document_page


@require_safe
@login_required
def guidance_document(request: HttpRequest, document: str) -> HttpResponse:
    """Guidance and board papers are public: whoever signs in may read them."""
    known = GuidanceDocument.objects.filter(retired=False).select_related("issued_by", "round")
    found = get_object_or_404(known, code=document)
    context = {
        "round": found.round,
        "caption": f"{year(found.round_id)} · {found.issued_by.short_name}",
        "breadcrumbs": [
            {"text": "Home", "href": "/"},
            {"text": "Guidance", "href": reverse("guidance")},
        ],
        **document_page(found, timezone.localdate()),
    }
    return render(request, "document.jinja", context)
