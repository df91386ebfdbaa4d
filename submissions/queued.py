"""What is queued for the workers of this app: the names of its tasks, and what each is told. `tasks.py` does it."""

from __future__ import annotations

from collections.abc import Iterable

from planning.foundation.jobs import enqueue

CHECK = "submissions.tasks.check_upload"  # told an upload's id
JUDGE = "submissions.tasks.judge"
JUDGE_BODY = "submissions.judge_again"  # told `round:body`, from apps that know no more of this one
RECHECK = "submissions.tasks.recheck"
MARK = "submissions.tasks.mark_up"  # told `upload|audience`
SEVERAL = "submissions.tasks.judge_several"  # told `round|region|basis`
REPRODUCE = "submissions.reproduce"  # told a reproduction's id
WHAT_IF = "submissions.tasks.what_if"  # told a scenario's id
TELL = "submissions.tasks.send_receipt"  # told a receipt's id


def judge_again(round_code: str, ods: str, bases: Iterable[str]) -> None:
    """Have an organisation and its systems judged again on some bases. In the caller's transaction."""
    enqueue(JUDGE, f"{round_code}|{ods}|{','.join(bases)}")


def check_again(round_code: str, ods: str, return_kind: str) -> None:
    """Have a return's latest version checked again. In the caller's transaction."""
    enqueue(RECHECK, f"{round_code}|{ods}|{return_kind}")
