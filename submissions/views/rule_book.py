"""The rule book of a round: read, searched, printed, and taken away as a workbook."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from submissions.queries.rule_book import Asked, NoSuchChoice, RuleBook, book_page, load_book
from submissions.views.asking import crumbs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
def rule_book(request: HttpRequest, round: str) -> HttpResponse:
    """Every check, rule and target, and how often it fired in what the asker may see."""
    try:
        asked = Asked.of(request.GET)
    except NoSuchChoice as error:
        raise Http404(str(error)) from error
    book = _book_or_404(request, round)
    context = {"round": book.round, "caption": book.round.year, "breadcrumbs": crumbs()}
    return render(request, "rule_book.jinja", {**context, **book_page(book, asked)})


@require_safe
@login_required
def rule_book_file(request: HttpRequest, round: str) -> HttpResponse:
    """The whole book as a workbook."""
    from submissions.documents.rule_book import book_bytes

    book = _book_or_404(request, round)
    answer = HttpResponse(book_bytes(book), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="rule-book-{book.round.pk}.xlsx"'
    return answer


def _book_or_404(request: HttpRequest, round_code: str) -> RuleBook:
    book = load_book(scope_of(request), round_code)
    if book is None:
        raise Http404("There is no such round.")
    return book
