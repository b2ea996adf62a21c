"""``qa export reviews``: what people decided, line by line, over real databases and from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, Actor, actor_of
from qa.domain.call import Role
from qa.domain.errors import NotAllowed
from qa.domain.people import Account, UserRole
from qa.domain.scorecard import Evidence
from qa.interop.exports import csv as csv_export
from qa.interop.exports.choices import Choices
from qa.interop.exports.tables import REVIEWS
from qa.services.export import review_lines
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.conftest import QaCommand
from tests.integration.review_lab import AT, FAIL, PASS, Lab, choose

CLIP = Evidence(8.0, 10.5, Role.AGENT, "Please read me the code")


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> Lab:
    return Lab(open_store)


def test_every_decision_has_a_line_with_who_when_why_and_on_what(lab: Lab) -> None:
    first = lab.review("sun", {"farewell": choose(PASS, "=said", "", CLIP)}, "whole")
    lab.clock.wait(hours=1)
    second = lab.review("sam", {"greeting": choose(FAIL, "late")})
    lab.save("ada", lab.form("ada", {"privacy": choose(FAIL, "a draft")}))
    lines = list(review_lines(lab.open_store, CONSOLE))
    by_review = {
        review: [x for x in lines if x["review"] == review]
        for review in (first.public_id, second.public_id)
    }
    assert len(lines) == sum(map(len, by_review.values())) == 3 + 4
    line = next(x for x in by_review[first.public_id] if x["criterion"] == "farewell")
    assert line | {"reviewer": line["reviewer"]["name"]} == line | {
        "call_id": "c1",
        "agent_id": "A201",
        "recording": "c1.wav",
        "counts": False,
        "reviewer": "Sun",
        "submitted_at": AT.isoformat(),
        "review_note": "whole",
        "machine_verdict": "fail",
        "verdict": "pass",
        "changed": True,
        "reason": "=said",
        "review_score": first.score,
        "rubric": {
            "id": first.rubric.id,
            "version": first.rubric.version,
            "sha256": first.rubric.sha256,
        },
        "evidence": [
            {
                "start_s": 8.0,
                "end_s": 10.5,
                "speaker": "agent",
                "quote": "Please read me the code",
            }
        ],
    }
    taken_over = next(x for x in by_review[second.public_id] if x["criterion"] == "farewell")
    assert (taken_over["decided_by"]["name"], taken_over["reviewer"]["name"]) == ("Sun", "Sam")
    assert taken_over["decided_at"] == AT.isoformat()
    assert all(x["counts"] for x in by_review[second.public_id])


def test_a_review_that_decides_nothing_has_a_line_of_its_own(lab: Lab) -> None:
    lab.call = lab.score("clean", outcomes={"greeting": PASS})
    done = lab.submit("sun", lab.form("sun", {}, "fine")).review
    (line,) = review_lines(lab.open_store, CONSOLE)
    assert (line["review"], line["criterion"], line["review_note"]) == (
        done.public_id,
        None,
        "fine",
    )
    written = io.BytesIO()
    assert csv_export.write([line], written, Choices("en", AT), table=REVIEWS) == 1
    (row,) = csv.DictReader(io.StringIO(written.getvalue().decode()))
    assert (row["criterion"], row["reviewer"]) == ("", "Sun")


def test_many_reviews_are_read_in_batches_and_in_order(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.store.reviews._BATCH", 2)
    for number in range(5):
        lab.review("sun", {"farewell": choose(PASS, f"reason {number}")})
    reasons = [
        line["reason"]
        for line in review_lines(lab.open_store, CONSOLE)
        if line["criterion"] == "farewell"
    ]
    assert reasons == [f"reason {number}" for number in range(5)]


def test_an_agent_gets_the_reviews_of_their_own_calls_alone(lab: Lab) -> None:
    lab.review("sun", {"farewell": choose(PASS, "said")})

    def agent(login: str, agent_id: str) -> Actor:
        with lab.open_store(writes=True) as unit:
            account = Account(login, login, UserRole.AGENT, agent_id=agent_id)
            made = actor_of(unit.people.add_user(account, at=AT))
            unit.commit()
        return made

    assert list(review_lines(lab.open_store, agent("zoe", "A999"))) == []
    assert list(review_lines(lab.open_store, lab.actors["an"])) == []
    own = Actor(user_id=99, name="amy", role=UserRole.AGENT, agent_id="A201")
    assert {line["agent_id"] for line in review_lines(lab.open_store, own)} == {"A201"}
    with pytest.raises(NotAllowed):
        review_lines(lab.open_store, Actor(1, "x", UserRole.ADMIN, scopes=frozenset()))


def test_the_command_writes_lines_and_a_table_that_no_spreadsheet_runs(
    tmp_path: Path, qa_command: QaCommand
) -> None:
    lab = Lab(bootstrap.unit_of_work(Settings(home=tmp_path / "var")))
    lab.review("sun", {"farewell": choose(PASS, "=1+1 说了再见", "", CLIP)})
    out = tmp_path / "reviews.csv"
    done = qa_command("export", "reviews", "--format", "csv", "--out", out)
    assert (done.returncode, done.stderr.strip()) == (0, "3 decisions")
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert tuple(rows[0]) == REVIEWS.names
    farewell = next(row for row in rows if row["criterion"] == "farewell")
    assert farewell["reason"] == "'=1+1 说了再见"
    assert (farewell["reviewer"], farewell["decided_by"]) == ("Sun", "Sun")
    assert farewell["evidence_quote"] == CLIP.quote
    lines = qa_command("export", "reviews").stdout.splitlines()
    assert [json.loads(line)["reason"] for line in lines].count("=1+1 说了再见") == 1
