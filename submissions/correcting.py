"""A few cells corrected in the browser: a new version made of the person's own workbook, the old one as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from planning.people.access import Scope
from planning.people.roles import UPLOAD
from planning.registry.organisations import Organisation
from submissions.figures import Answer, shown
from submissions.receive import receive
from submissions.rewriting import change_cells
from submissions.uploads import FAILED, READ, REJECTED, WITHDRAWN, Upload
from submissions.wording import version_name

NOT_APPLICABLE = "n/a"


@dataclass(frozen=True)
class Change:
    """One cell: what stood there and what it is to hold. `reformat`: its number format would show the new
    figure as another, so it gets a plain one."""

    sheet: str
    cell: str
    line: str
    period: str
    before: str
    answer: Answer
    reformat: bool = False

    @property
    def after(self) -> str:
        """As the cell will hold it; empty for blank."""
        if self.answer.state == "n":
            return NOT_APPLICABLE
        return shown(self.answer.figure or 0) if self.answer.state == "v" else ""

    @property
    def held(self) -> tuple[str, str]:
        kind = {"v": "number", "n": "text", "b": "blank"}[self.answer.state]
        return "plain number" if kind == "number" and self.reformat else kind, self.after

    def told(self) -> dict[str, str]:
        """As the new version keeps it."""
        names = ("sheet", "cell", "line", "period", "before", "after")
        return {name: getattr(self, name) for name in names}


class CannotCorrect(Exception):
    """The version is not to be corrected as things stand; `newer` is the one to correct instead."""

    def __init__(self, sentence: str, newer: Upload | None = None) -> None:
        super().__init__(sentence)
        self.newer = newer


def newer_than(upload: Upload) -> Upload | None:
    """The latest version of the same return that was received after this one; one query."""
    rows = Upload.objects.filter(
        round_id=upload.round_id,
        organisation_id=upload.organisation_id,
        return_kind=upload.return_kind,
        received_at__gt=upload.received_at,
    )
    return rows.exclude(state__in=(REJECTED, FAILED, WITHDRAWN)).order_by("-received_at").first()


def may_be_corrected(upload: Upload, newer: Upload | None, is_open: bool) -> None:
    """Raises CannotCorrect, saying why and what to do instead."""
    if upload.state not in READ or upload.run_id is None:
        raise CannotCorrect(
            "This version was withdrawn or never read, so its cells cannot be corrected here."
        )
    if not upload.file.name or not upload.file.storage.exists(upload.file.name):
        raise CannotCorrect(
            "The workbook of this version is no longer kept. Upload a corrected file instead."
        )
    if not is_open:
        raise CannotCorrect("The stage of this version is closed. Ask your ICB to open it.")
    if newer is not None:
        name = (
            "A newer file, which is being checked," if newer.is_waiting else version_name(newer).capitalize()
        )
        raise CannotCorrect(
            f"{name} has arrived since. Correct that one, so that nothing of it is lost.", newer
        )


def correct(
    *, by: Scope, upload: Upload, changes: Sequence[Change], unvalued: Mapping[str, Sequence[str]]
) -> Upload:
    """Make a new version with these cells changed; it is checked like any other. Pressing twice makes one.

    `unvalued`: sheet -> computed cells, whose last values are no longer true. Raises NotAllowed, CannotCorrect,
    StageClosed, Refused, ReaderFailed.
    """
    by.must(UPLOAD, upload.organisation_id)
    cells: dict[str, dict[str, tuple[str, str]]] = {}
    for change in changes:
        cells.setdefault(change.sheet, {})[change.cell] = change.held
    content = change_cells(Path(upload.file.path), cells=cells, unvalued=unvalued)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        newer = newer_than(upload)
        if newer is not None and _is_this(newer, upload, content):
            return newer
        may_be_corrected(Upload.objects.get(pk=upload.pk), newer, is_open=True)  # `receive` asks the stage
        made, _ = receive(
            by=by,
            round=upload.round_id,
            organisation=upload.organisation_id,
            return_kind=upload.return_kind,
            stage=upload.stage,
            file=ContentFile(content, name=upload.download_name),
            made_from=upload,
            corrections=[change.told() for change in changes],
        )
    return made


def _is_this(newer: Upload, upload: Upload, content: bytes) -> bool:
    return newer.made_from_id == upload.pk and newer.sha256 == hashlib.sha256(content).hexdigest()
