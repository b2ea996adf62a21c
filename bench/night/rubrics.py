"""A small rubric, quick to read, for nights of which thousands are run."""

from __future__ import annotations

from pathlib import Path

NAME = "night"

_TEXT = """\
schema: 1
id: night
version: 2026.11.{version}
title: {{zh: 夜间, en: Night}}
min_confidence: 0.6
sections: [{{id: all, title: {{zh: 全部, en: All}}}}]
criteria:
  - id: greeting
    section: all
    title: {{zh: 问候, en: Greets}}
    points: {points}
    standard: {{zh: 问好。, en: Greets.}}
    example: {{zh: 您好。, en: Good morning.}}
    pass_if: {{phrase: {{speaker: agent, zh: [您好], en: [good morning]}}}}
  - id: follow_up
    section: all
    title: {{zh: 回访, en: Calls back}}
    points: 20
    standard: {{zh: 承诺回访。, en: Promises to call back.}}
    example: {{zh: 我再打给您。, en: I will call you back.}}
    pass_if: {{phrase: {{speaker: agent, zh: [再打给您], en: [call you back]}}}}
  - id: privacy
    section: all
    title: {{zh: 隐私, en: Privacy}}
    points: 20
    standard: {{zh: 不问密码。, en: Asks for no password.}}
    example: {{zh: 请勿告知密码。, en: Keep your password to yourself.}}
    fail_if: {{phrase: {{speaker: agent, zh: [密码], en: [password]}}}}
"""


def write(folder: Path, *, version: int = 1) -> None:
    """Write the rubric into a folder for ``QA_RUBRIC_DIR``; each version gives other points."""
    folder.mkdir(parents=True, exist_ok=True)
    text = _TEXT.format(version=version, points=20 + version)
    (folder / f"{NAME}.yaml").write_text(text, encoding="utf-8")
