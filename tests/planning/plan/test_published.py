"""Published actuals from a file: all rows or none, the same keys replaced, every fault with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from planning.plan.published import BadActuals, Counts, load_published
from planning.registry.actuals import Actual
from planning.registry.organisations import Succession
from planning.registry.rounds import Round

pytestmark = pytest.mark.django_db
HEAD = "organisation,line,period,value,source\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "actuals.csv"
    path.write_bytes(text.encode(encoding))
    return path


def stored() -> list[tuple[object, ...]]:
    fields = ("round_id", "organisation", "line", "period", "value", "source")
    return sorted(Actual.objects.values_list(*fields))


def faults_of(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BadActuals) as told:
        load_published(written(folder, text))
    assert not Actual.objects.exists()
    return told.value.faults


def test_figures_of_the_outturn_a_month_and_a_partner(tmp_path: Path) -> None:
    rows = (
        "RTH,E.M.10a,2022/23,91234,SUS+\nrth,E.M.10a,2023-04,7600,SUS+\n"
        "RTH,F.INC.ICB@QU9,2022/23,1234.5,Accounts\nRTH,F.PAY.BNK,2022/23,-55.25,Accounts\n"
    )
    assert load_published(written(tmp_path, HEAD + rows)) == Counts(added=4)
    assert stored() == [
        ("2023-24", "RTH", "E.M.10a", "2022/23", 912_340_000, "SUS+"),
        ("2023-24", "RTH", "E.M.10a", "2023-04", 76_000_000, "SUS+"),
        ("2023-24", "RTH", "F.INC.ICB@QU9", "2022/23", 12_345_000, "Accounts"),
        ("2023-24", "RTH", "F.PAY.BNK", "2022/23", -552_500, "Accounts"),
    ]


def test_2019_20_is_for_every_round_that_has_the_line(tmp_path: Path) -> None:
    """And is counted as the one figure of the file that it is."""
    assert load_published(written(tmp_path, HEAD + "RTH,E.M.10a,2019/20,98765,HES\n")) == Counts(added=1)
    assert [row[0] for row in stored()] == sorted(Round.objects.values_list("code", flat=True))
    again = HEAD + "RTH,E.M.10a,2019/20,98765,HES\nRTH,E.M.10b,2019/20,1,HES\n"
    assert load_published(written(tmp_path, again)) == Counts(added=1, unchanged=1)
    assert load_published(written(tmp_path, again.replace(",1,", ",2,"))) == Counts(replaced=1, unchanged=1)


def test_a_round_may_be_named(tmp_path: Path) -> None:
    text = "round,organisation,line,period,value,source\n2023-24,RTH,E.M.10a,2019/20,98765,HES\n"
    load_published(written(tmp_path, text))
    assert [row[:4] for row in stored()] == [("2023-24", "RTH", "E.M.10a", "2019/20")]
    assert faults_of_second(tmp_path, "2031-32", "2019/20").startswith(
        "Line 2, round: there is no round '2031-32'."
    )
    assert faults_of_second(tmp_path, "2023-24", "2023/24").startswith("Line 2, period: '2023/24' is neither")


def faults_of_second(folder: Path, round_code: str, period: str) -> str:
    text = f"round,organisation,line,period,value,source\n{round_code},RTH,E.M.10b,{period},1,HES\n"
    with pytest.raises(BadActuals) as told:
        load_published(written(folder, text))
    return told.value.faults[0]


def test_the_same_keys_are_replaced(tmp_path: Path) -> None:
    first = "RTH,E.M.10a,2022/23,1,SUS+\nRTH,E.M.10b,2022/23,2,SUS+\nRHW,E.M.10a,2022/23,3,SUS+\n"
    load_published(written(tmp_path, HEAD + first))
    again = "RTH,E.M.10a,2022/23,5,SUS+\nRTH,E.M.10b,2022/23,2,SUS+\nRHW,E.M.10b,2022/23,4,SUS+\n"
    assert load_published(written(tmp_path, HEAD + again)) == Counts(added=1, replaced=1, unchanged=1)
    assert [(row[1], row[2], row[4]) for row in stored()] == [
        ("RHW", "E.M.10a", 30_000),
        ("RHW", "E.M.10b", 40_000),
        ("RTH", "E.M.10a", 50_000),
        ("RTH", "E.M.10b", 20_000),
    ]


def test_as_a_spreadsheet_saves_it(tmp_path: Path) -> None:
    """A mark at the start, ends of lines of another system, quotes, other capitals, a month as a date, more
    columns, rows of nothing."""
    text = (
        "\ufeffSource,Note,Period,Value,Line,Organisation\r\n"
        '"SUS+, table 4",x,Apr-23,"7,600",E.M.10a,RTH\r\n,,,,,\r\n'
        '"A ""quoted"" one",,2022/23 outturn,12,E.M.10b,RTH\r\n'
    )
    load_published(written(tmp_path, text))
    assert [row[2:] for row in stored()] == [
        ("E.M.10a", "2023-04", 76_000_000, "SUS+, table 4"),
        ("E.M.10b", "2022/23", 120_000, 'A "quoted" one'),
    ]


def test_a_predecessor_is_known_by_its_own_code(tmp_path: Path) -> None:
    Succession.objects.create(predecessor="RZ9", successor="RTH", since="2020-04-01", source="Test")
    assert load_published(written(tmp_path, HEAD + "RZ9,E.M.10a,2022/23,5,SUS+\n")).added == 1


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            "XXX,E.M.10a,2022/23,1,SUS+",
            "organisation: 'XXX' is no organisation here, nor the predecessor of one. Write its ODS code.",
        ),
        ("RTH,E.M.99,2022/23,1,SUS+", "line: 'E.M.99' is not a line of 2023-24. Write its code."),
        (
            "RTH,F.INC.ICB@,2022/23,1,SUS+",
            "line: 'F.INC.ICB@' is not a line of 2023-24. Write its code. A partner's row names the partner: "
            "F.INC.ICB@QU9.",
        ),
        (
            "RTH,E.M.10a,1999/00,1,SUS+",
            "period: '1999/00' is neither 2019/20 nor the outturn or a month of a round here. Write it as 2019/20, "
            "2022/23 or 2023-04.",
        ),
        ("RTH,E.M.10a,2022/23,,SUS+", "value: '' is not a number. Write it such as 12345.6 or -12345.6."),
        (
            "RTH,E.M.10a,2022/23,1e5,SUS+",
            "value: '1e5' is not a number. Write it such as 12345.6 or -12345.6.",
        ),
        (
            "RTH,E.M.10a,2022/23,NaN,SUS+",
            "value: 'NaN' is not a number. Write it such as 12345.6 or -12345.6.",
        ),
        (
            'RTH,E.M.10a,2022/23,"1,23",SUS+',
            "value: '1,23' is not a number. Write it such as 12345.6 or -12345.6.",
        ),
        ("RTH,E.M.10a,2022/23,-1,SUS+", "value: E.M.10a is zero or more. Change the sign of -1."),
        (
            "RTH,F.PAY.BNK,2022/23,1,SUS+",
            "value: F.PAY.BNK is zero or less: spending has a minus sign. Change the sign of 1.",
        ),
        ("RTH,E.M.10a,2022/23,1.5,SUS+", "value: E.M.10a is counted in whole spells. Round 1.5."),
        (f"RTH,E.M.10a,2022/23,{'9' * 30},SUS+", f"value: {'9' * 30} is too large. Check its unit, spells."),
        ("RTH,E.M.10a,2022/23,1,", "source: say in at most 300 characters where the figure was published."),
        ("RTH,E.M.10a", "source: say in at most 300 characters where the figure was published."),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_stored(row: str, fault: str, tmp_path: Path) -> None:
    good = "RTH,E.M.10b,2022/23,5,SUS+\n"
    assert faults_of(tmp_path, f"{HEAD}{good}{row}\n{good.replace('b', 'c')}") == (f"Line 3, {fault}",)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    rows = "XXX,E.M.10a,2022/23,1,SUS+\nRTH,E.M.10a,2022/23,1,SUS+\nRTH,E.M.10a,2022/23,2,SUS+\n"
    first, second = faults_of(tmp_path, HEAD + rows)
    assert first.startswith("Line 2, organisation:")
    assert second == "Line 4, line: the same figure stands in line 3. Delete one of the two."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Line 1: there is no column organisation, line, period, value, source."),
        ("organisation;line;period;value;source\n", "Line 1: there is no column organisation, line,"),
        ("organisation,line,period,value,source,value\n", "Line 1: the column value stands twice."),
        (HEAD + "RTH,E.M.10a,2022/23,1,SUS+,more\n", "Line 2: more cells than columns."),
        (HEAD + 'RTH,"E.M.10a"x,2022/23,1,SUS+\n', "Line 2: this is not CSV"),
    ],
)
def test_a_file_of_another_shape(text: str, fault: str, tmp_path: Path) -> None:
    (told,) = faults_of(tmp_path, text)
    assert told.startswith(fault)


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "RTH,E.M.10a,2022/23,1,Café\n", "latin-1")
    with pytest.raises(BadActuals, match="not in UTF-8"):
        load_published(path)


def test_the_command_prints_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, HEAD + "RTH,E.M.10a,2022/23,1,SUS+\n")
    call_command("load_actuals", path)
    assert capsys.readouterr().out == "1 added, 0 replaced, 0 unchanged.\n"
    call_command("load_actuals", path)
    assert capsys.readouterr().out == "0 added, 0 replaced, 1 unchanged.\n"


def test_the_command_says_what_to_do(tmp_path: Path) -> None:
    rows = "".join(f"Z{at},E.M.10a,2022/23,1,SUS+\n" for at in range(25))
    with pytest.raises(CommandError) as told:
        call_command("load_actuals", written(tmp_path, HEAD + rows))
    said = str(told.value).splitlines()
    assert (said[0], said[1][:23], said[-1]) == (
        "Nothing was loaded.",
        "Line 2, organisation: '",
        "And 5 more lines.",
    )
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_actuals", tmp_path / "nowhere.csv")
