"""``qa run --engine ray`` as somebody types it, with a cluster of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from qa.cli.main import cli

QA = "from qa.cli.main import main; main()"


def _as_a_user_has_it() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}


def _qa(*arguments: str, home: Path, tmp: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", QA, *arguments],
        env={**_as_a_user_has_it(), "QA_HOME": str(home), "TMPDIR": tmp},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_starts_its_cluster_and_leaves_nothing_of_it_behind(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    for name in ("a.wav", "b.wav"):
        (calls / name).write_text(f"{name} is no recording", encoding="utf-8")
        os.utime(calls / name, (0, 0))
    # The name of a socket in it may not be long, as one in pytest's folders would be.
    with tempfile.TemporaryDirectory(prefix="t-") as tmp:
        done = _qa("run", "--engine", "ray", "--json", str(calls), home=tmp_path / "var", tmp=tmp)
        left = [path.name for path in Path(tmp).iterdir() if path.name.startswith("qa-ray-")]
        processes = subprocess.run(
            ["ps", "axo", "args"], capture_output=True, text=True, check=True
        ).stdout
    assert (done.returncode, done.stderr.strip()) == (3, "")
    refused = json.loads(done.stdout)["not_scorable"]
    assert [one["recording"] for one in refused] == ["a.wav", "b.wav"]
    assert left == []
    assert not [line for line in processes.splitlines() if f"{tmp}/qa-ray-" in line]


def test_an_address_goes_with_ray_alone() -> None:
    done = CliRunner().invoke(cli, ["run", "--address", "auto", "calls"])
    assert done.exit_code == 2
    assert "--engine ray" in done.output


def test_an_address_where_no_cluster_is_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no recording", encoding="utf-8")
    os.utime(tmp_path / "a.wav", (0, 0))
    where = ["--engine", "ray", "--address", "127.0.0.1:9"]
    done = _qa("run", *where, str(tmp_path / "a.wav"), home=tmp_path / "var", tmp=str(tmp_path))
    assert done.returncode == 1
    assert "no Ray cluster can be used at 127.0.0.1:9" in done.stderr
    assert "QA_RAY_ADDRESS" in done.stderr


OWN = """
import os, signal, sys
from qa.batch.ray_cluster import connected
with connected("", cpus=1) as ray:
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    print(ray.get_runtime_context().gcs_address, flush=True)
    sys.stdin.readline()
"""
STRANGER = """
import sys
from ray._raylet import GcsClient
GcsClient(address=sys.argv[1]).internal_kv_get(b"any", None)
"""


def test_its_own_cluster_lets_nobody_else_in_and_leaves_signals_alone() -> None:
    environment = _as_a_user_has_it()
    with subprocess.Popen(
        [sys.executable, "-c", OWN],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdin
        assert owner.stdout
        address = owner.stdout.readline().strip()
        stranger = subprocess.run(
            [sys.executable, "-c", STRANGER, address],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        owner.stdin.write("\n")
        owner.stdin.flush()
    assert owner.returncode == 0
    assert address.startswith("127.0.0.1:")
    assert stranger.returncode == 1
    assert "InvalidAuthToken" in stranger.stderr
