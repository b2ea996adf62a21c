"""People at work on the pages: wrk, each of its threads a person with a login, pausing between pages."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.speech.figure import CannotMeasure

PEOPLE = 20
THINKS_MS = (1_000, 3_000)
"""How long a person looks at a page before they open the next one; quick, for a page of scores."""

_SCRIPT = """
local count = 0
function setup(thread)
  thread:set("id", count)
  count = count + 1
end
function init(args)
  math.randomseed(id * 7919 + 1)
end
local paths = {%(paths)s}
local cookies = {%(cookies)s}
function request()
  return wrk.format("GET", paths[math.random(#paths)], {["Cookie"] = "callqa=" .. cookies[id %% #cookies + 1]})
end
function delay()
  return math.random(%(least)d, %(most)d)
end
function done(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format('{"median_ms": %%.1f, "p95_ms": %%.1f, "pages": %%d, "wrong": %%d}\\n',
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, summary.requests, wrong))
end
"""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long pages took to come, milliseconds.

    Attributes:
        pages: How many were asked for.
        wrong: How many of them came with an error or not at all.
    """

    median_ms: float
    p95_ms: float
    pages: int
    wrong: int


def latency(address: str, paths: Sequence[str], tokens: Sequence[str], seconds: int) -> Latency:
    """Let people look at some pages of a served app for a while.

    Args:
        address: Of the app, without a path.
        paths: Of the pages, drawn from at random.
        tokens: Cookies of people who are logged in.
        seconds: How long.

    Raises:
        CannotMeasure: wrk is not installed or said nothing.
    """
    script = _SCRIPT % {
        "paths": ", ".join(map(json.dumps, paths)),
        "cookies": ", ".join(map(json.dumps, tokens)),
        "least": THINKS_MS[0],
        "most": THINKS_MS[1],
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.lua"
        file.write_text(script, encoding="utf-8")
        command = ["wrk", f"-t{PEOPLE}", f"-c{PEOPLE}", f"-d{seconds}s", "--timeout", "20s"]
        try:
            ran = subprocess.run(
                [*command, "-s", str(file), address], capture_output=True, text=True, check=True
            )
        except FileNotFoundError as error:
            raise CannotMeasure("wrk is not installed: sudo apt-get install wrk") from error
    return Latency(**json.loads(ran.stdout.strip().splitlines()[-1]))
