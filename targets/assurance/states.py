"""How an answer's state is said: a word, a shape and a style, the colour last."""

from __future__ import annotations

from targets.assurance.attestations import AT_RISK, IN_PLACE, NOT_IN_PLACE, ON_TRACK
from targets.wording import Said

SAID = {
    IN_PLACE: Said("In place", "✓", "met", "nhsuk-tag--green", "In place"),
    ON_TRACK: Said("On track", "→", "on-track", "nhsuk-tag--blue", "On track"),
    AT_RISK: Said("At risk", "!", "explain", "nhsuk-tag--orange", "At risk"),
    NOT_IN_PLACE: Said("Not in place", "✕", "not-met", "nhsuk-tag--red", "Not in place"),
    "": Said("No answer", "?", "not-assessable", "nhsuk-tag--grey", "No answer"),
}
