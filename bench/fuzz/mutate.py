"""Mutations of record files: of what they hold, where that can be told, and of their bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from random import Random
from typing import Any, Literal

LONG = "长" * 5000
HOSTILE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, -0.0, 1e308, -1e308, 1e-320, 0.1),
    *("", " ", "0", "-1", "1e999", "nan", "inf", "٣", "9" * 400, "1" * 12, "true", "null"),
    *("../../../etc/passwd", "/etc/passwd", "/dev/zero", "..", ".", "a/../../b.wav", "C:\\x.wav"),
    *("\u202egnp.wav", "\u0000", "a\u0000b", "\ud800", "\u2028", "=cmd|' -C calc'!A1", "'\"\\"),
    *("%s%n{0}", "${jndi:ldap://x}", "file:///etc/passwd", "http://127.0.0.1:1/x", "tel:", "sip:@"),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "Fri, 99 Zzz", "1969"),
    *("2026-03-29 02:30:00", "24:61", "*!*", "UklGRg", LONG, LONG + ".wav", "agent", "customer"),
    *([], {}, [[]], [None], {"": ""}, [0] * 300, {"a": {"b": [1, {"c": None}]}}),
)
_BYTES = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b'"',
    b"\\",
    b"\n",
    b"\r",
    b",",
    b"{",
    b"[",
)
_BYTES_LONG = (b"[" * 3000, b'{"a":' * 1500, b"9" * 5000, b'"' * 999, b"\xe4\xbd" * 99)


def mutated(name: str, content: bytes, others: list[bytes], random: Random) -> bytes:
    """A file that is nearly what it was.

    Args:
        name: The file's; its ending says how it is taken apart.
        content: Of the golden file.
        others: Of all golden files, to splice with.
        random: Where chance comes from.
    """
    shaped = _csv if name.endswith(".csv") else _json
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        if random.random() < 0.7:
            content = shaped(content, random)
        else:
            content = _bytewise(content, others, random)
    return content


def _json(content: bytes, random: Random) -> bytes:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return content
    place = _place(document, random)
    if place is None:
        return content
    holder, key = place
    random.choice(_CHANGES)(holder, key, random)
    text = json.dumps(document, ensure_ascii=random.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _replace(holder: Any, key: Any, random: Random) -> None:
    holder[key] = random.choice(HOSTILE)


def _drop(holder: Any, key: Any, _random: Random) -> None:
    del holder[key]


def _repeat(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, list):
        holder[key:key] = [holder[key]] * random.choice((1, 2, 50))
    else:
        holder[f"{key}2"] = holder[key]


def _rename(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, dict):
        holder[random.choice((*holder, "sid", "uuid", "signatures", ""))] = holder.pop(key)


def _wrap(holder: Any, key: Any, random: Random) -> None:
    value = holder[key]
    holder[key] = random.choice(([value], {"recording": value}, str(value), {key: value}))


def _nudge(holder: Any, key: Any, random: Random) -> None:
    value = holder[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        holder[key] = random.choice((-value, value * 1e9, value / 1e9, value + 0.5, str(value)))
    elif isinstance(value, str):
        at = random.randrange(len(value) + 1)
        put = random.choice([text for text in HOSTILE if isinstance(text, str)])
        holder[key] = value[:at] + put + value[at:]


_CHANGES: tuple[Callable[[Any, Any, Random], None], ...] = (
    *(_replace, _replace, _replace, _drop, _repeat, _rename, _wrap, _nudge, _nudge),
)


def _place(document: Any, random: Random) -> tuple[Any, Any] | None:
    """A place of a document, as its holder and its key: down by chance, and mostly to the bottom."""
    if not isinstance(document, dict | list) or not document:
        return None
    holder = document
    while True:
        key = (
            random.choice(list(holder))
            if isinstance(holder, dict)
            else random.randrange(len(holder))
        )
        below = holder[key]
        if not isinstance(below, dict | list) or not below or random.random() < 0.15:
            return holder, key
        holder = below


def _csv(content: bytes, random: Random) -> bytes:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8", "replace"))))
    except csv.Error:
        return content
    if not rows:
        return content
    row = random.choice(rows)
    at = random.randrange(len(row)) if row else 0
    change = random.randrange(6)
    if change <= 1 and row:  # mostly values
        row[at] = str(random.choice(HOSTILE))
    elif change == 2 and row:
        del row[at]
    elif change == 3:
        row.insert(at, str(random.choice(HOSTILE)))
    elif change == 4:
        rows.extend([list(row)] * random.choice((1, 2, 200)))
    else:
        random.shuffle(row if random.random() < 0.5 else rows)
    out = io.StringIO()
    every: Literal[0, 1] = random.choice((0, 1))  # QUOTE_MINIMAL, QUOTE_ALL
    csv.writer(out, quoting=every, lineterminator=random.choice(("\n", "\r\n"))).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def _bytewise(content: bytes, others: list[bytes], random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    change = random.randrange(6)
    if change == 0:
        return content[:at]
    if change == 1:
        return content[:at] + random.choice(_BYTES) + content[at:]
    if change == 2:
        return content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
    if change == 3:
        end = min(len(content), at + random.randrange(1, 40))
        return content[:at] + content[end:]
    if change == 4:
        return content[:at] + random.choice(_BYTES_LONG) + content[at:]
    other = random.choice(others)
    return content[:at] + other[random.randrange(len(other) + 1) :]
