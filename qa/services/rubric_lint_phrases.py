"""What a lint says of a list of phrases: those that never count, and those that add nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from qa.domain.call import Role
from qa.domain.detectors.matching import DEFAULT_GAP, matches
from qa.domain.detectors.pattern import Pattern, compile_phrase
from qa.domain.detectors.text import Stream, stream_of, tokens_of
from qa.domain.dialogue import WrittenTurn, written_call
from qa.services.rubric_lint import Remark, Written, remark, text

MOST_FORMS = 200
"""Forms of one phrase that are tried; one with more is not looked at."""

FILLER = " zzz "
"""Stands for the words of a gap: no phrase has it."""

_PARTS = re.compile(r"\(([^()]*)\)|(\*+)|([^()*]+)")


@dataclass(frozen=True, slots=True)
class _Listed:
    """One phrase of a list, with the texts that say it."""

    node: Written
    pattern: Pattern
    forms: tuple[Stream, ...]

    @property
    def phrase(self) -> str:
        """The phrase as it is written."""
        return str(self.node.value)


def check_phrases(document: Written) -> Iterator[Remark]:
    """The remarks on every list of phrases, and of examples, of a document."""
    for where, fields in _lists(document, "", "semantic"):
        yield from _likes_what_it_bars(fields, where)
    for where, fields in _lists(document, "", "phrase"):
        gap = int(text(fields, "gap") or DEFAULT_GAP)
        barred = _exceptions(fields)
        for language in ("zh", "en"):
            listed = _listed(fields, language)
            at = f"{where} > {language}"
            yield from _never_counts(listed, barred, gap, at)
            if "need" not in fields.fields:
                yield from _shadowed(listed, gap, at)


def forms_of(phrase: str) -> tuple[str, ...]:
    """The texts that say a phrase, each with its gaps left empty and filled; none where they are too many."""
    asks = phrase.rstrip().endswith(("?", "？"))
    parts: list[Sequence[str]] = []
    for choice, gap, plain in _PARTS.findall(phrase.strip().removeprefix("^").rstrip("$?？")):
        if gap:
            parts.append(("", FILLER))
        else:
            parts.append((plain,) if plain else choice.split("|"))
    if prod(len(part) for part in parts) > MOST_FORMS:
        return ()
    end = "?" if asks else ""
    return tuple(dict.fromkeys("".join(form) + end for form in product(*parts)))


def _lists(node: Written, where: str, operator: str) -> Iterator[tuple[str, Written]]:
    """The fields of every operator of a name in a document, with where it stands."""
    for key, part in node.fields.items():
        at = f"{where} > {key}" if where else key
        if key == operator and part.fields:
            yield where, part
        else:
            yield from _lists(part, at, operator)
    for number, part in enumerate(node.items, start=1):
        own = text(part, "id") or str(number)
        yield from _lists(part, own if where == "criteria" else f"{where} > {own}", operator)


def _likes_what_it_bars(fields: Written, where: str) -> Iterator[Remark]:
    """Sentences that stand both under ``like`` and under ``unlike``."""
    barred = {tokens_of(str(node.value)) for node in _sentences(fields, "unlike")}
    for node in _sentences(fields, "like"):
        if tokens_of(str(node.value)) in barred:
            yield remark(
                "error",
                node,
                where,
                "own-exception",
                f"`{node.value}` stands under `like` and under `unlike`",
                hint="take it out of one of them",
            )


def _sentences(fields: Written, key: str) -> Iterator[Written]:
    lists = fields.fields[key].fields if key in fields.fields else {}
    for language in ("zh", "en"):
        yield from lists[language].items if language in lists else ()


def _listed(fields: Written, language: str) -> list[_Listed]:
    phrases = fields.fields[language].items if language in fields.fields else ()
    return [
        _Listed(
            node,
            compile_phrase(str(node.value)),
            tuple(_stream(form) for form in forms_of(str(node.value))),
        )
        for node in phrases
    ]


def _exceptions(fields: Written) -> tuple[Pattern, ...]:
    lists = fields.fields["except"].fields if "except" in fields.fields else {}
    return tuple(
        compile_phrase(str(node.value))
        for language in ("zh", "en")
        if language in lists
        for node in lists[language].items
    )


def _stream(form: str) -> Stream:
    transcript, _ = written_call([WrittenTurn(Role.AGENT, form)])
    return stream_of(transcript.turns)


def _never_counts(
    listed: Sequence[_Listed], barred: Sequence[Pattern], gap: int, where: str
) -> Iterator[Remark]:
    for one in listed if barred else ():
        if one.forms and all(_is_barred(one, form, barred, gap) for form in one.forms):
            yield remark(
                "error",
                one.node,
                where,
                "own-exception",
                f"`{one.phrase}` never counts: its own `except` bars all that it finds",
                hint="narrow the exception, or take the phrase out",
            )


def _is_barred(one: _Listed, form: Stream, barred: Sequence[Pattern], gap: int) -> bool:
    hits = matches([one.pattern], form, sounds=None, gap=gap)
    bars = matches(barred, form, sounds=None, gap=gap)
    return bool(hits) and all(any(hit.overlaps(bar) for bar in bars) for hit in hits)


def _shadowed(listed: Sequence[_Listed], gap: int, where: str) -> Iterator[Remark]:
    """Phrases of which another finds every form; of two that are the same, the later."""
    shadowed: set[int] = set()
    for number, one in enumerate(listed):
        for other_number, other in enumerate(listed):
            if number != other_number and other_number not in shadowed and _covers(other, one, gap):
                shadowed.add(number)
                yield remark(
                    "warning",
                    one.node,
                    where,
                    "shadowed",
                    f"`{one.phrase}` adds nothing: `{other.phrase}` finds all that it finds",
                    hint="take it out",
                )
                break


def _covers(wide: _Listed, narrow: _Listed, gap: int) -> bool:
    """Whether one phrase finds whatever another does, wherever in a sentence it is said."""
    anchors_hold = (not wide.pattern.opens or narrow.pattern.opens) and (
        not wide.pattern.closes or wide.pattern.closes == narrow.pattern.closes
    )
    return (
        anchors_hold
        and bool(narrow.forms)
        and all(matches([wide.pattern], form, sounds=None, gap=gap) for form in narrow.forms)
    )
