"""Addresses of this app's pages."""

from django.urls import path

from submissions.views.assumptions import assumption, assumptions
from submissions.views.backtest import backtest, backtest_result, make_rule
from submissions.views.capacity import capacity
from submissions.views.compare import compare, compare_any
from submissions.views.correct import correct
from submissions.views.extensions import extension, more_time
from submissions.views.fill import fill
from submissions.views.finding import finding, reason, review_reason
from submissions.views.findings import findings
from submissions.views.home import home, rounds
from submissions.views.marked import marked
from submissions.views.outside import outside_model
from submissions.views.people import people
from submissions.views.questions import ask, question, questions
from submissions.views.rejudgements import judge_again, rejudgement, rejudgements
from submissions.views.result import reasons, upload_faults, upload_file, upload_progress, upload_result
from submissions.views.returns import returns, template
from submissions.views.review import review
from submissions.views.rule import promote_rule, rule
from submissions.views.rule_book import rule_book, rule_book_file
from submissions.views.runs import make_again, run, runs
from submissions.views.scenarios import compare as scenario_compare
from submissions.views.scenarios import scenario, scenarios
from submissions.views.submit import receipt, submit
from submissions.views.system import system
from submissions.views.tolerances import tolerances
from submissions.views.unsent import check_without_sending
from submissions.views.upload import sent, upload
from submissions.views.waiting import waiting
from submissions.views.waivers import end, set_aside
from submissions.views.what_if import what_if
from submissions.views.withdraw import withdraw

urlpatterns = [
    path("", home, name="home"),
    path("rounds/", rounds, name="rounds"),
    path("rounds/<str:round>/returns/", returns, name="returns"),
    path("rounds/<str:round>/returns/upload/", upload, name="upload"),
    path("rounds/<str:round>/returns/upload/sent/", sent, name="upload_sent"),
    path("rounds/<str:round>/returns/check/", check_without_sending, name="unsent"),
    path("rounds/<str:round>/returns/fill/", fill, name="fill"),
    path("rounds/<str:round>/people/", people, name="people"),
    path("rounds/<str:round>/returns/more-time/", more_time, name="more_time"),
    path("rounds/<str:round>/returns/submit/", submit, name="submit"),
    path("rounds/<str:round>/returns/<str:ods>/<str:return_kind>/template/", template, name="template"),
    path("uploads/<uuid:upload>/", upload_result, name="upload_result"),
    path("uploads/<uuid:upload>/progress/", upload_progress, name="upload_progress"),
    path("uploads/<uuid:upload>/file/", upload_file, name="upload_file"),
    path("uploads/<uuid:upload>/faults.csv", upload_faults, name="upload_faults"),
    path("uploads/<uuid:upload>/marked/", marked, name="upload_marked"),
    path("uploads/<uuid:upload>/correct/", correct, name="upload_correct"),
    path("uploads/<uuid:upload>/reasons/", reasons, name="upload_reasons"),
    path("uploads/<uuid:upload>/ask/", ask, name="ask"),
    path("uploads/<uuid:upload>/waivers/", set_aside, name="waive"),
    path("waivers/<uuid:waiver>/end/", end, name="end_waiver"),
    path("uploads/<uuid:upload>/review/", review, name="review"),
    path("uploads/<uuid:upload>/compare/", compare_any, name="upload_compare_any"),
    path("uploads/<uuid:upload>/compare/<uuid:other>/", compare, name="upload_compare"),
    path("uploads/<uuid:upload>/withdraw/", withdraw, name="withdraw"),
    path("extensions/<uuid:extension>/", extension, name="extension"),
    path("receipts/<uuid:receipt>/", receipt, name="receipt"),
    path("waiting/", waiting, name="waiting"),
    path("rounds/<str:round>/questions/", questions, name="questions"),
    path("questions/<uuid:question>/", question, name="question"),
    path("rounds/<str:round>/findings/", findings, name="findings"),
    path("rounds/<str:round>/assumptions/", assumptions, name="assumptions"),
    path("rounds/<str:round>/assumptions/<str:code>/", assumption, name="assumption"),
    path("findings/<uuid:finding>/", finding, name="finding"),
    path("findings/<uuid:finding>/reason/", reason, name="reason"),
    path("findings/<uuid:finding>/review/", review_reason, name="review_reason"),
    path("rounds/<str:round>/what-if/", what_if, name="what_if"),
    path("rounds/<str:round>/scenarios/", scenarios, name="scenarios"),
    path("rounds/<str:round>/scenarios/compare/", scenario_compare, name="scenario_compare"),
    path("rounds/<str:round>/scenarios/outside-model/", outside_model, name="outside_model"),
    path("scenarios/<uuid:scenario>/", scenario, name="scenario"),
    path("rounds/<str:round>/capacity/", capacity, name="capacity"),
    path("systems/<str:ods>/rounds/<str:round>/", system, name="system"),
    path("systems/<str:ods>/rounds/<str:round>/tolerances/", tolerances, name="tolerances"),
    path("rounds/<str:round>/rules/", rule_book, name="rule_book"),
    path("rounds/<str:round>/rules/book.xlsx", rule_book_file, name="rule_book_file"),
    path("rounds/<str:round>/rules/<str:code>/", rule, name="rule"),
    path("rounds/<str:round>/rules/<str:code>/promote/", promote_rule, name="promote_rule"),
    path("rounds/<str:round>/rules/<str:code>/try/", backtest, name="backtest"),
    path("rounds/<str:round>/rules/<str:code>/try/<uuid:trial>/", backtest_result, name="backtest_result"),
    path("rounds/<str:round>/rules/<str:code>/try/<uuid:trial>/make/", make_rule, name="make_rule"),
    path("systems/<str:ods>/rounds/<str:round>/judge-again/", judge_again, name="judge_again"),
    path("rounds/<str:round>/judged-again/", rejudgements, name="rejudgements"),
    path("rounds/<str:round>/judged-again/<uuid:rejudgement>/", rejudgement, name="rejudgement"),
    path("rounds/<str:round>/runs/", runs, name="runs"),
    path("runs/<uuid:run>/", run, name="run"),
    path("runs/<uuid:run>/again/", make_again, name="make_again"),
]
