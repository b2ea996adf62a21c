"""Which calls an export takes, over real databases; and the command line that asks for them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, Actor
from qa.domain.call import CallRecord
from qa.domain.people import UserRole
from qa.domain.records import Refusal
from qa.domain.scope import Scope
from qa.domain.wording import Reason
from qa.services.export import (
    conversation_lines,
    review_lines,
    scorecard_lines,
    transcript_lines,
)
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.conftest import QaCommand
from tests.integration.review_lab import AT, PASS, Lab, choose
from tests.integration.stored_calls import CURT, POLITE, store_calls

NIGHT = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


@pytest.fixture
def store(open_store: SqlUnitOfWorkFactory) -> SqlUnitOfWorkFactory:
    """Three refused calls: one of the evening, one of the morning after, one whose records give no time."""
    calls = (
        CallRecord("evening", agent_id="A1", started_at=NIGHT),
        CallRecord("morning", agent_id="A2", started_at=NIGHT + timedelta(hours=12)),
        CallRecord("undated", agent_id="A1"),
    )
    with open_store(writes=True) as unit:
        run_id = unit.runs.begin(AT)
        for call in calls:
            refusal = Refusal(call, "x.wav", call.call_id, "f", Reason("recording.empty"))
            unit.calls.add_refusal(refusal, run_id=run_id, at=NIGHT + timedelta(hours=14))
        unit.commit()
    return open_store


def _taken(store: SqlUnitOfWorkFactory, scope: Scope, actor: Actor = CONSOLE) -> list[str]:
    return [line["call_id"] for line in scorecard_lines(store, actor, "en", scope)]


def test_a_call_is_of_the_time_at_which_it_took_place_or_else_was_looked_at(
    store: SqlUnitOfWorkFactory,
) -> None:
    hour = timedelta(hours=1)
    assert _taken(store, Scope()) == ["evening", "morning", "undated"]
    assert _taken(store, Scope(since=NIGHT, until=NIGHT + 12 * hour)) == ["evening"]
    assert _taken(store, Scope(since=NIGHT + hour)) == ["morning", "undated"]
    assert _taken(store, Scope(until=NIGHT)) == []
    assert _taken(store, Scope(since=NIGHT + 15 * hour)) == []


def test_moments_of_any_offset_are_compared_as_instants(store: SqlUnitOfWorkFactory) -> None:
    there = datetime.fromisoformat("2026-03-02T02:00:00+08:00")
    assert there == NIGHT
    assert _taken(store, Scope(since=there, until=there + timedelta(seconds=1))) == ["evening"]


def test_calls_are_told_by_agent_and_by_id(store: SqlUnitOfWorkFactory) -> None:
    assert _taken(store, Scope(agents=frozenset({"A1"}))) == ["evening", "undated"]
    assert _taken(store, Scope(calls=frozenset({"morning", "none"}))) == ["morning"]
    both = Scope(agents=frozenset({"A1"}), calls=frozenset({"morning"}))
    assert _taken(store, both) == []


def test_no_scope_shows_an_agent_anothers_calls(store: SqlUnitOfWorkFactory) -> None:
    own = Actor(user_id=9, name="a1", role=UserRole.AGENT, agent_id="A1")
    assert _taken(store, Scope(), own) == ["evening", "undated"]
    assert _taken(store, Scope(agents=frozenset({"A2"})), own) == []
    assert _taken(store, Scope(calls=frozenset({"morning"})), own) == []
    assert list(conversation_lines(store, own, "en", Scope(calls=frozenset({"morning"})))) == []


def test_reviews_are_of_the_time_at_which_they_were_submitted(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    lab = Lab(open_store)
    first = lab.review("sun", {"farewell": choose(PASS, "said")})
    lab.clock.wait(hours=1)
    second = lab.review("sam", {"farewell": choose(PASS, "said it")})
    later = Scope(since=AT + timedelta(minutes=1))
    found = {line["review"] for line in review_lines(open_store, CONSOLE, later)}
    assert found == {second.public_id} != {first.public_id}
    assert not list(review_lines(open_store, CONSOLE, Scope(calls=frozenset({"other"}))))
    assert list(review_lines(open_store, CONSOLE, Scope(agents=frozenset({"A201"}))))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with two calls that were heard and one that was not."""
    made = tmp_path / "var"
    settings = Settings(home=made, company_names=("云帆科技",))
    store_calls(settings, {"c/1": POLITE, "c2": CURT}, refused="c3")
    return made


def test_a_transcript_says_which_recording_it_is_of(home: Path) -> None:
    store = bootstrap.unit_of_work(Settings(home=home))
    first, second = transcript_lines(store, CONSOLE)
    assert (first["call_id"], first["recording"]) == ("c/1", "c/1.wav")
    assert (second["agent_id"], second["started_at"], second["channels"]) == (None, None, {})
    whole = list(conversation_lines(store, CONSOLE, "en"))
    assert [line["transcript"] for line in whole] == [first, second, None]
    assert whole[2]["scorecard"]["status"] == "not_scorable"


def test_every_format_says_the_same_words(
    home: Path, tmp_path: Path, qa_command: QaCommand
) -> None:
    assert home.is_dir()
    said = {
        turn["text"]
        for line in map(json.loads, qa_command("export", "transcripts").stdout.splitlines())
        for turn in line["turns"]
    }
    assert len(said) == 5
    for form, name in (("csv", "t.csv"), ("xlsx", "t.xlsx"), ("vtt", "v"), ("vcon", "c.zip")):
        done = qa_command("export", "transcripts", "--format", form, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text(encoding="utf-8")))
    assert {row["text"] for row in rows} == said
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Turns"]
    assert {row[5] for row in sheet.iter_rows(min_row=2, values_only=True)} == said
    names = sorted(path.name for path in (tmp_path / "v").iterdir())
    assert names == ["c2.vtt", "c_1-f2a9dfa6.vtt", "index.csv"]
    shown = "".join(
        path.read_text(encoding="utf-8").replace("\n", "")
        for path in (tmp_path / "v").glob("*.vtt")
    )
    assert all(text in shown for text in said)
    with zipfile.ZipFile(tmp_path / "c.zip") as zipped:
        contained = [json.loads(zipped.read(name)) for name in zipped.namelist()[:-1]]
    assert [made["subject"] for made in contained] == ["c/1", "c2", "c3"]
    assert {
        turn["text"]
        for made in contained
        for analysis in made["analysis"]
        if analysis["type"] == "transcript"
        for turn in json.loads(analysis["body"])["turns"]
    } == said


def test_one_call_may_go_to_a_terminal_in_a_format_of_a_file_each(
    home: Path, qa_command: QaCommand
) -> None:
    assert home.is_dir()
    one = qa_command("export", "transcripts", "--format", "vtt", "--call", "c2", "--lang", "zh")
    assert one.stdout.startswith("WEBVTT\n\n00:00:")
    assert "<v 坐席>喂，说吧。</v>" in one.stdout
    none = qa_command("export", "transcripts", "--format", "vtt", "--call", "c9")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr == "0 calls\nNothing to write of: c9\n"
    every = qa_command("export", "transcripts", "--format", "vtt")
    assert every.returncode == 2
    assert "--out calls.zip" in every.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scorecards", "--format", "vtt"), "scorecards cannot be written as vtt"),
        (("scorecards", "--format", "xlsx"), "xlsx is nothing for a terminal"),
        (("scorecards", "--bom"), "--bom is for --format csv"),
        (("transcripts", "--audio"), "--audio is for --format vcon"),
        (("scorecards", "--since", "soon"), "soon is no moment"),
        (("scorecards", "--since", "9999-99-99"), "9999-99-99 is no moment"),
        (("scorecards", "--since", "today", "--until", "yesterday"), "let --since be earlier"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    qa_command: QaCommand, arguments: tuple[str, ...], said: str
) -> None:
    done = qa_command("export", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_last_nights_calls_are_those_since_yesterday(home: Path, qa_command: QaCommand) -> None:
    """The calls were stored with a moment of long ago; the refused one was looked at then too."""
    assert home.is_dir()
    everything = qa_command("export", "scorecards", "--since", "2026-03-01", "--until", "TODAY")
    assert everything.stderr == "3 calls\n"
    assert qa_command("export", "scorecards", "--since", "yesterday").stderr == "0 calls\n"
    marked = qa_command("export", "scorecards", "--format", "csv", "--bom", "--call", "c3")
    assert marked.stdout.startswith("\ufeffcall_id,")
