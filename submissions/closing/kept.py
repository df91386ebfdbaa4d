"""What would close a finding, as it is kept with it: of a rule's breach, and of a missed target."""

from submissions.closing import activity, money, staff_and_pay  # noqa: F401 importing them registers what they close
from submissions.closing.of_rules import closing_of
from submissions.closing.of_targets import closing_of_miss, read_by

__all__ = ["closing_of", "closing_of_miss", "read_by"]
