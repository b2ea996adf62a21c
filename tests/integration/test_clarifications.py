"""How criteria are to be read: said, shown, taken back; and what leaves of a session as lines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa import bootstrap
from qa.cli.main import cli
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.calibration import CalibrationNotFound
from qa.domain.clarification import TEXT_LIMIT as CLARIFICATION_LIMIT
from qa.domain.clarification import ClarificationNotFound
from qa.domain.errors import InputInvalid, NotAllowed
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.interop.exports import csv as csv_export
from qa.interop.exports.choices import Choices
from qa.interop.exports.tables import RATINGS
from qa.services import clarifications
from qa.services.calibration.export import rating_lines
from qa.services.calibration.reveal import Agreement
from qa.services.clarifications import ClarificationDraft
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.calibration_lab import CalibrationLab, everything
from tests.integration.review_lab import FAIL


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> CalibrationLab:
    return CalibrationLab(open_store)


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return bootstrap.rubric_source(Settings()).rubric


def say(lab: CalibrationLab, rubric: Rubric, draft: ClarificationDraft, who: str = "ada") -> str:
    said = clarifications.clarify(lab.open_store, lab.clock, lab.actors[who], rubric, draft)
    return said.public_id


def test_a_clarification_is_shown_to_who_rates_by_the_rubric_from_then_on(
    lab: CalibrationLab, rubric: Rubric
) -> None:
    session = lab.make(("c2",))
    draft = ClarificationDraft("greeting", "A first name is enough.", session)
    public_id = say(lab, rubric, draft)
    assert say(lab, rubric, draft, "sun") == public_id  # said twice, it is said once
    view = lab.rate_view("sun", session)
    shown = {each.id: [said.text for said in each.clarifications] for each in view.criteria}
    assert shown["greeting"] == ["A first name is enough."]
    assert not shown["farewell"]
    with lab.open_store() as unit:
        standing = clarifications.standing(unit, rubric.ref.id)
    assert standing["greeting"][0].calibration_title == "March"
    assert standing["greeting"][0].author.name == "Ada"


def test_what_is_taken_back_holds_no_more_and_stays_in_the_history(
    lab: CalibrationLab, rubric: Rubric
) -> None:
    public_id = say(lab, rubric, ClarificationDraft("greeting", "A first name is enough."))
    for _twice in range(2):
        clarifications.withdraw(lab.open_store, lab.clock, lab.actors["sun"], public_id)
    with lab.open_store() as unit:
        assert clarifications.standing(unit, rubric.ref.id) == {}
    (kept,) = clarifications.list_clarifications(
        lab.open_store, lab.actors["sun"], rubric.ref.id, withdrawn=True
    )
    assert not kept.stands
    assert kept.withdrawn_by
    assert kept.withdrawn_by.name == "Sun"
    # The same may be said again.
    assert say(lab, rubric, ClarificationDraft("greeting", kept.text)) != public_id


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ClarificationDraft("greeting", "  "), "text"),
        (ClarificationDraft("greeting", "x" * (CLARIFICATION_LIMIT + 1)), "text"),
        (ClarificationDraft("nothing_like_it", "A first name is enough."), "criterion"),
    ],
)
def test_a_clarification_has_a_text_and_a_criterion_of_the_rubric(
    lab: CalibrationLab, rubric: Rubric, draft: ClarificationDraft, field: str
) -> None:
    with pytest.raises(InputInvalid) as caught:
        say(lab, rubric, draft)
    assert caught.value.field == field


def test_what_is_not_there_and_who_may_not(lab: CalibrationLab, rubric: Rubric) -> None:
    with pytest.raises(CalibrationNotFound):
        say(lab, rubric, ClarificationDraft("greeting", "A name.", "nowhere"))
    with pytest.raises(ClarificationNotFound):
        clarifications.withdraw(lab.open_store, lab.clock, lab.actors["sun"], "nowhere")
    with pytest.raises(NotAllowed):
        say(lab, rubric, ClarificationDraft("greeting", "A name."), "an")
    with pytest.raises(NotAllowed):
        clarifications.clarify(
            lab.open_store, lab.clock, CONSOLE, rubric, ClarificationDraft("greeting", "A name.")
        )


def test_ratings_leave_as_lines_with_the_machine_and_the_master_beside_them(
    lab: CalibrationLab,
) -> None:
    session = lab.make(("c2",))
    lab.make(("c3",), title="open")
    lab.rate_all(session, sun=everything(greeting=FAIL), sam=everything())
    lab.agree(session, Agreement(1, "greeting", "fail", "no name", 0))
    lines = list(rating_lines(lab.open_store, CONSOLE))
    assert {line["session"] for line in lines} == {session}
    assert [line["rater"]["name"] for line in lines if line["criterion"] == "greeting"] == [
        "Sun",
        "Sam",
    ]
    first = next(line for line in lines if line["criterion"] == "greeting")
    assert (first["verdict"], first["machine_verdict"], first["master_verdict"]) == (
        "fail",
        str(Outcome.PASS),
        "fail",
    )
    out = io.BytesIO()
    assert csv_export.write(lines, out, Choices("en", lab.clock.now()), table=RATINGS) == len(lines)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert tuple(rows[0]) == RATINGS.names
    assert {row["call_id"] for row in rows} == {"c2"}


def test_an_agent_exports_no_rating(lab: CalibrationLab) -> None:
    with pytest.raises(NotAllowed):
        rating_lines(lab.open_store, lab.actors["an"])


# --- on the terminal ---------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that the command works on; nothing is in it."""
    folder = tmp_path / "var"
    monkeypatch.setenv("QA_HOME", str(folder))
    return folder


def test_a_rubric_is_shown_with_its_clarifications(home: Path, rubric: Rubric) -> None:
    lab = CalibrationLab(bootstrap.unit_of_work(Settings(home=home)))
    say(lab, rubric, ClarificationDraft("greeting", "A first name\nis enough."))
    shown = CliRunner().invoke(cli, ["rubric", "show", rubric.ref.id, "--lang", "en"])
    assert "    clarified 2026-03-02, Ada: A first name is enough." in shown.output.splitlines()


def test_a_rubric_is_shown_without_a_database_and_none_is_made(home: Path, rubric: Rubric) -> None:
    shown = CliRunner().invoke(cli, ["rubric", "show", rubric.ref.id])
    assert shown.exit_code == 0
    assert not home.exists()


def test_ratings_are_exported_from_the_terminal(home: Path) -> None:
    lab = CalibrationLab(bootstrap.unit_of_work(Settings(home=home)))
    session = lab.make(("c2",))
    lab.rate_all(session)
    out = home / "ratings.csv"
    done = CliRunner().invoke(cli, ["export", "ratings", "--format", "csv", "--out", str(out)])
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert {row["session"] for row in rows} == {session}
    assert done.stderr.strip() == f"{len(rows)} decisions"
