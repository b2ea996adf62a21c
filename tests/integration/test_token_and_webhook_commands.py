"""``qa token`` and ``qa webhook`` as an operator types them, and the receiving side as docs/api.md shows it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa import bootstrap
from qa.cli.main import cli
from qa.config import Settings
from qa.domain.access import actor_of
from qa.domain.errors import InputInvalid, NotFound
from qa.domain.people import Account, UserRole
from qa.ports import UnitOfWorkFactory
from qa.services.tokens import bearer
from qa.services.webhooks import Added, add_webhook
from tests.unit.receiver import Receiver, receiving, status

QaCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of the data folder that ``qa_command`` uses."""
    return Settings(home=tmp_path / "var")


@pytest.fixture
def open_store(settings: Settings) -> UnitOfWorkFactory:
    return bootstrap.unit_of_work(settings)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def qa(settings: Settings) -> Callable[..., Result]:
    """The commands in this process, which is quicker than one of their own for each."""
    runner = CliRunner()
    return lambda *typed: runner.invoke(cli, typed, env={"QA_HOME": str(settings.home)})


@pytest.fixture
def hook(settings: Settings, open_store: UnitOfWorkFactory, receiver: Receiver) -> Added:
    now = bootstrap.SystemClock().now()
    with open_store(writes=True) as unit:
        ada = actor_of(unit.people.add_user(Account("ada", "Ada", UserRole.ADMIN), at=now))
        unit.commit()
    return add_webhook(
        open_store,
        bootstrap.sender(settings),
        ada,
        bootstrap.SystemClock(),
        url=receiver.url,
        events=["review.submitted"],
    )


def announce(open_store: UnitOfWorkFactory) -> None:
    with open_store(writes=True) as unit:
        unit.webhooks.announce(
            "review.submitted", {"call": "kXv", "note": "评"}, at=bootstrap.SystemClock().now()
        )
        unit.commit()


def test_a_token_is_made_listed_and_revoked(
    qa_command: QaCommand, open_store: UnitOfWorkFactory
) -> None:
    qa_command("user", "add", "sun", "--name", "孙悦", "--role", "supervisor")
    add = ("token", "add", "sun", "--name", "nightly", "--scope", "calls:read")
    made = qa_command(*add, "--scope", "reviews:read", "--days", "30")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert re.fullmatch(r"cqa_[0-9a-f]{64}", secret)
    assert bearer(open_store, bootstrap.SystemClock(), secret).name == "孙悦"
    listed = qa_command("token", "list", "sun").stdout.splitlines()
    token_id = listed[1].split()[0]
    assert listed[1].split()[1:4] == ["nightly", "calls:read", "reviews:read"]
    assert listed[1].split()[-1] == "works"
    assert secret not in "".join(listed)
    assert qa_command("token", "revoke", "sun", token_id).returncode == 0
    assert qa_command("token", "list", "sun").stdout.splitlines()[1].split()[-1] == "revoked"


def test_a_token_gets_no_more_than_its_owner_may(qa: Callable[..., Result]) -> None:
    qa("user", "add", "amy", "--name", "Amy", "--role", "agent", "--agent-id", "A1")
    add = ("token", "add", "amy", "--name", "x", "--scope")
    refused = qa(*add, "reviews:write")
    assert isinstance(refused.exception, InputInvalid)
    assert refused.stdout == ""
    assert qa(*add, "calls:erase").exit_code == 2
    assert isinstance(qa("token", "list", "nobody").exception, NotFound)


def test_messages_are_delivered_by_hand(
    qa: Callable[..., Result], open_store: UnitOfWorkFactory, hook: Added, receiver: Receiver
) -> None:
    listed = qa("webhook", "list").stdout
    assert hook.webhook.public_id in listed
    assert hook.secret not in listed
    nothing = qa("webhook", "deliver")
    assert nothing.stdout == "0 delivered, 0 to be tried again, 0 given up\n"
    announce(open_store)
    assert qa("webhook", "deliver").stdout.startswith("1 delivered")
    receiver.script[:] = [status(500)]
    announce(open_store)
    assert "1 to be tried again" in qa("webhook", "deliver").stdout
    assert len(receiver.got) == 2


def test_a_test_message_says_whether_it_arrived(
    qa: Callable[..., Result], hook: Added, receiver: Receiver
) -> None:
    arrived = qa("webhook", "test", hook.webhook.public_id)
    assert (arrived.exit_code, arrived.stdout) == (0, "It arrived.\n")
    receiver.script[:] = [status(404)]
    failed = qa("webhook", "test", hook.webhook.public_id)
    assert failed.exit_code == 2
    assert "404" in failed.stderr
    assert isinstance(qa("webhook", "test", "nothing").exception, NotFound)


def test_two_deliverers_at_once_send_each_message_once(
    open_store: UnitOfWorkFactory, settings: Settings, hook: Added, receiver: Receiver
) -> None:
    for _ in range(60):
        announce(open_store)
    program = "from qa.cli.main import main; main()"
    running = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", program, "webhook", "deliver"],
            env={"QA_HOME": str(settings.home), "PATH": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    printed = [each.communicate(timeout=240)[0] for each in running]
    assert [each.returncode for each in running] == [0, 0, 0]
    assert sum(int(line.split()[0]) for line in printed) == 60
    ids = [json.loads(got.body)["id"] for got in receiver.got]
    assert len(ids) == len(set(ids)) == 60


def test_the_receiving_side_of_the_documentation_knows_true_messages_from_others(
    root: Path, qa: Callable[..., Result], hook: Added, receiver: Receiver
) -> None:
    page = (root / "docs/api.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Callable[..., bool]] = {}
    exec(compile(snippet, "docs/api.md", "exec"), names)  # noqa: S102 - our own documentation
    is_from_call_qa = names["is_from_call_qa"]
    qa("webhook", "test", hook.webhook.public_id)
    (got,) = receiver.got
    header = got.headers["X-CallQA-Signature"]
    assert is_from_call_qa(hook.secret, header, got.body)
    assert not is_from_call_qa(hook.secret, header, got.body + b" ")
    assert not is_from_call_qa("cqs_other", header, got.body)
    sent_at = int(time.time()) - 301
    late = re.sub(r"t=\d+", f"t={sent_at}", header)
    for other in (late, "", "t=,v1=", "t=x,v1=y", "v1=" + "0" * 64, "t=²,v1=é"):
        assert not is_from_call_qa(hook.secret, other, got.body)
