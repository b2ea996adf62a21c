from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from qa.bootstrap.stopping import draining

PROGRAM = """
import signal, sys, time
from qa.bootstrap.stopping import draining

with draining() as stop:
    print("begun", flush=True)
    while not stop():
        time.sleep(0.01)
    print("told", flush=True)
    time.sleep(60 if "stuck" in sys.argv else 0)
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_is_a_reason_to_stop_and_what_was_before_comes_back(number: int) -> None:
    before = signal.getsignal(number)
    with draining() as stop:
        assert stop() == ""
        os.kill(os.getpid(), number)
        deadline = time.monotonic() + 60
        while not stop() and time.monotonic() < deadline:
            time.sleep(0.001)
        assert stop() == "signal"
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_second_signal_ends_the_process_at_once(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "stuck"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        assert process.stdout.readline() == "told\n"
        process.send_signal(number)
        assert process.wait(timeout=60) == -number
        assert process.stdout.read() == ""


def test_a_thread_that_cannot_catch_signals_runs_to_its_end() -> None:
    told: list[str] = []

    def work() -> None:
        with draining() as stop:
            told.append(stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == [""]


def test_a_signal_within_a_block_inside_another_one_is_told_to_both() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with draining() as outer:
        with draining() as inner:
            os.kill(os.getpid(), signal.SIGTERM)
            assert (inner(), outer()) == ("signal", "signal")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, "the second one ends the process"
        with draining() as late:
            assert late() == "signal"
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is before
    with draining() as afterwards:
        assert afterwards() == ""
