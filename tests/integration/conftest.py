"""The sample calls, scored once for all tests that look at the result, and the ``qa`` command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from bench.samples_report import COMPANY_NAMES, Compared, compare, score_samples
from qa.domain.records import CallDetail


class QaCommand(Protocol):
    """Runs ``qa`` with arguments in a process of its own, into the test's data folder."""

    def __call__(
        self, *arguments: str | Path, **settings: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder into which the samples are scored."""
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="session")
def scored_samples(samples_home: Path) -> tuple[CallDetail, ...]:
    """Every sample call, scored with the real models."""
    return score_samples(samples_home)


@pytest.fixture(scope="session")
def compared_samples(scored_samples: tuple[CallDetail, ...]) -> tuple[Compared, ...]:
    """Every verdict of the sample calls beside the right one."""
    return compare(scored_samples)


@pytest.fixture
def qa_command(tmp_path: Path) -> QaCommand:
    """The command line, as a user has it."""

    def run(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("QA_")
        }
        environment |= {
            "QA_HOME": str(tmp_path / "var"),
            "QA_COMPANY_NAMES": ",".join(COMPANY_NAMES),
            **settings,
        }
        program = "from qa.cli.main import main; main()"
        return subprocess.run(
            [sys.executable, "-P", "-c", program, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run
