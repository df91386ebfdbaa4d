"""Lists the models of planning for Django; each stands in the module of its noun."""

from planning.foundation.charts import Chart
from planning.foundation.jobs import Job
from planning.people.notices import Notice
from planning.people.person import ApiClient, Appointment, Person
from planning.plan.findings import Finding
from planning.plan.reasons import Reason
from planning.plan.rejudgements import RejudgedBody, Rejudgement
from planning.plan.reproductions import Reproduction
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import CurrentRun, Run
from planning.plan.snapshots import Snapshot
from planning.plan.tolerances import RuleTolerance
from planning.registry.actuals import Actual
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from planning.registry.groups import Group, GroupMember
from planning.registry.lines import LineVersion
from planning.registry.organisations import Membership, Organisation, Succession
from planning.registry.reference_values import ReferenceValue
from planning.registry.rounds import Round, Stage, SystemRound

__all__ = [
    "Actual",
    "ApiClient",
    "Appointment",
    "AssumptionVersion",
    "Chart",
    "CurrentRun",
    "Finding",
    "Group",
    "GroupMember",
    "Job",
    "LineVersion",
    "Membership",
    "Notice",
    "Organisation",
    "Person",
    "Reason",
    "ReferenceValue",
    "RejudgedBody",
    "Rejudgement",
    "Reproduction",
    "Round",
    "RuleTolerance",
    "RuleTrial",
    "RuleVersion",
    "Run",
    "Snapshot",
    "Stage",
    "StatedAssumption",
    "Succession",
    "SystemRound",
]
