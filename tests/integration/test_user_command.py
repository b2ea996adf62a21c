"""``qa user`` and ``qa team`` as an admin types them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.domain.people import Client
from qa.services import accounts

QaCommand = Callable[..., subprocess.CompletedProcess[str]]

_LINK = re.compile(r"^  (http://127\.0\.0\.1:8000/welcome/)([\w-]{43})$", re.MULTILINE)


def link(printed: str) -> str:
    """The token of a printed link."""
    found = _LINK.search(printed)
    assert found, printed
    return found[2]


def test_the_first_admin_gets_a_link_that_works_once(qa_command: QaCommand, tmp_path: Path) -> None:
    none = qa_command("user", "list")
    assert "qa user add LOGIN --name NAME --role admin" in none.stdout
    added = qa_command("user", "add", "Ada@Example.org", "--name", "Ada", "--role", "admin")
    assert (added.returncode, added.stderr) == (0, "")
    assert "Ada is admin with the login ada@example.org." in added.stdout
    token = link(added.stdout)
    settings = Settings(home=tmp_path / "var")
    logged_in = accounts.accept_invitation(
        bootstrap.unit_of_work(settings),
        bootstrap.passwords(),
        bootstrap.SystemClock(),
        bootstrap.session_rules(settings),
        token=token,
        password="paper lantern 42",  # noqa: S106 - of nobody
        client=Client("127.0.0.1"),
    )
    assert logged_in.user.login == "ada@example.org"
    with closing(sqlite3.connect(tmp_path / "var" / "callqa.sqlite")) as database:
        assert database.execute(
            "SELECT count(*) FROM invitations WHERE used_at IS NOT NULL AND token_hash != ?",
            (token,),
        ).fetchone() == (1,)
    listed = qa_command("user", "list").stdout.splitlines()
    assert listed[0].split() == ["LOGIN", "NAME", "ROLE", "TEAM", "AGENT", "ID", "STATE"]
    assert listed[1].split() == ["ada@example.org", "Ada", "admin", "active"]


def test_people_are_added_to_teams_listed_changed_and_disabled(qa_command: QaCommand) -> None:
    assert "qa team add NAME" in qa_command("team", "list").stdout
    assert qa_command("team", "add", "售后一组").returncode == 0
    assert qa_command("team", "list").stdout == "售后一组\n"
    qa_command("user", "add", "ada", "--name", "Ada", "--role", "admin")
    agent = ("--role", "agent", "--team", "售后一组", "--agent-id", "A201", "--language", "zh")
    added = qa_command("user", "add", "amy", "--name", "艾米", *agent)
    assert added.returncode == 0, added.stderr
    first = link(added.stdout)
    again = qa_command("user", "link", "AMY")
    assert link(again.stdout) != first
    listed = qa_command("user", "list").stdout
    assert "amy    艾米  agent  售后一组  A201      no password yet" in listed
    assert qa_command("user", "role", "amy", "supervisor").stdout == "艾米 is supervisor now.\n"
    assert qa_command("user", "disable", "amy").returncode == 0
    assert "disabled" in qa_command("user", "list").stdout.splitlines()[-1]
    refused = qa_command("user", "link", "amy")
    assert refused.returncode == 2
    assert "This account is disabled" in refused.stderr
    assert qa_command("user", "enable", "amy").returncode == 0
    assert "disabled" not in qa_command("user", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "ADA", "--name", "Ada", "--role", "agent"), "login: Ada has this login already"),
        (("add", "a b", "--name", "Ada", "--role", "agent"), "login: A login has no spaces"),
        (("add", "amy", "--name", "Amy", "--role", "agent", "--team", "x"), "there is no team x"),
        (("disable", "ada"), "active: This is the last active admin"),
        (("role", "ada", "agent"), "role: This is the last active admin"),
        (("link", "nobody"), "nobody has the login nobody"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    qa_command: QaCommand, arguments: tuple[str, ...], sentence: str
) -> None:
    qa_command("user", "add", "ada", "--name", "Ada", "--role", "admin")
    done = qa_command("user", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Error: {sentence}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_link_leads_to_where_people_reach_the_app(qa_command: QaCommand) -> None:
    added = qa_command(
        *("user", "add", "ada", "--name", "Ada", "--role", "admin"),
        QA_HOSTS="qa.example.com",
        QA_HTTPS="true",
        QA_PROXIES="1",
    )
    assert "  https://qa.example.com/welcome/" in added.stdout


def test_a_table_that_is_piped_is_not_folded(qa_command: QaCommand) -> None:
    name = "Bartholomew of the Second Quality Assurance Department, East"
    qa_command("user", "add", "b" * 60, "--name", name, "--role", "operator")
    listed = qa_command("user", "list").stdout.splitlines()
    assert len(listed) == 2
    assert name in listed[1]
