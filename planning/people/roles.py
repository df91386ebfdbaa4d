"""Who may do what, as plain data: read this file to know it. `access.py` turns it into answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A role's name on screen, the kind of body it belongs to, and the acts open to it there."""

    label: str
    at: str  # "trust", "icb", "nhse"; an ICB's planner also returns the ICB's own plan
    acts: frozenset[str]


SEE, UPLOAD, SUBMIT, EXPLAIN, REVIEW = "see", "upload", "submit", "explain", "review"
WAIVE = "waive"  # set a check aside for a return
TRY_RULES = "try_rules"  # run a rule over one's system's plans to see whom it would hit; nothing counts
TOLERATE = "tolerate"  # set another tolerance of a rule for one's own system
ASSUME = "assume"  # confirm a planning assumption, or plan with another one
ATTEST = "attest"  # answer for what no return carries: milestones, key actions, supporting plans

ROLES: dict[str, Role] = {
    "planner": Role(
        "Trust planning lead", "trust", frozenset({SEE, UPLOAD, SUBMIT, EXPLAIN, ATTEST, ASSUME})
    ),
    "preparer": Role("Preparer of a return", "trust", frozenset({SEE, UPLOAD, EXPLAIN})),
    "signatory": Role("Board signatory", "trust", frozenset({SEE})),
    "icb_planner": Role(
        "ICB planning lead",
        "icb",
        frozenset({SEE, UPLOAD, SUBMIT, EXPLAIN, REVIEW, WAIVE, ATTEST, ASSUME, TRY_RULES, TOLERATE}),
    ),
    "icb_finance": Role(
        "ICB finance team", "icb", frozenset({SEE, EXPLAIN, REVIEW, ATTEST, ASSUME, TRY_RULES})
    ),
    "nhse_reader": Role("NHS England reader", "nhse", frozenset({SEE})),
}
