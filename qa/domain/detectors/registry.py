"""The table of operators: the name that a rubric writes, and how its fields become a detector.

A new operator is a module with a frozen dataclass, a row here (which takes the operator's fields and the
toolbox) and a definition in
``rubrics/schema/rubric.schema.json``; a test holds the table and the schema together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

from qa.domain.call import Role
from qa.domain.detectors.account_facts import AccountFacts
from qa.domain.detectors.account_words import FACTS
from qa.domain.detectors.base import Detector, TextPattern, Toolbox
from qa.domain.detectors.company_name import CompanyName
from qa.domain.detectors.head import Head
from qa.domain.detectors.judge import AskJudge
from qa.domain.detectors.logic import All, AnyOf, AtLeast, Each, NoneOf, Not, Some
from qa.domain.detectors.matching import DEFAULT_GAP
from qa.domain.detectors.metadata import Metadata
from qa.domain.detectors.order import After, Before
from qa.domain.detectors.pace import Limit, Pace
from qa.domain.detectors.pattern import Pattern, compile_phrase
from qa.domain.detectors.phrase import Phrase
from qa.domain.detectors.phrases import Phrases
from qa.domain.detectors.privacy import PrivacyRequest
from qa.domain.detectors.privacy_readout import PrivacyReadout
from qa.domain.detectors.privacy_words import SECRETS
from qa.domain.detectors.question import Question
from qa.domain.detectors.read_numbers import NUMBERS
from qa.domain.detectors.regex import Regex
from qa.domain.detectors.repetition import Repetition
from qa.domain.detectors.semantic import Semantic
from qa.domain.detectors.signal import Signal
from qa.domain.detectors.window import Window
from qa.domain.wording import Text

Fields = Any
"""An operator's fields as the schema allows them: a mapping, or a list for ``all``, ``any``, ``none``."""


class PhraseInvalid(ValueError):
    """A phrase that cannot be compiled; the message names it and says why."""


def build(spec: Mapping[str, Fields], tools: Toolbox = Toolbox()) -> Detector:  # noqa: B008 - frozen
    """The detector that a rubric describes.

    Args:
        spec: A mapping of one operator's name to its fields, valid under the schema.
        tools: What some operators need besides the standard library.

    Raises:
        PhraseInvalid: A phrase cannot be compiled.
    """
    ((name, fields),) = spec.items()
    return OPERATORS[name](fields, tools)


def _parts(specs: Iterable[Mapping[str, Fields]], tools: Toolbox) -> tuple[Detector, ...]:
    return tuple(build(spec, tools) for spec in specs)


def _at_least(fields: Mapping[str, Fields], tools: Toolbox) -> Detector:
    count, parts = fields["count"], _parts(fields["of"], tools)
    if count > len(parts):
        raise PhraseInvalid(f"`count` is {count}, and there are {len(parts)} parts")
    return AtLeast(parts, count=count)


def _speaker(fields: Mapping[str, Fields]) -> Role | None:
    named = fields.get("speaker", Role.AGENT)
    return None if named == "anyone" else Role(named)


def _window(fields: Mapping[str, Fields]) -> Window:
    return Window(**fields.get("within", {}))


def _phrases(lists: Mapping[str, Iterable[str]]) -> Phrases:
    """The patterns of both languages' lists: callers mix languages, so neither is left out."""
    return _compiled(
        tuple(phrase for language in ("zh", "en") for phrase in lists.get(language, ()))
    )


@lru_cache(maxsize=512)
def _compiled(phrases: tuple[str, ...]) -> Phrases:
    """The patterns of phrases: the same for the same ones, so that a call is searched for them once."""
    patterns: dict[Pattern, None] = {}
    for phrase in phrases:
        try:
            patterns[compile_phrase(phrase)] = None
        except ValueError as error:
            raise PhraseInvalid(f"phrase {phrase!r}: {error}") from error
    return Phrases(patterns)


def _lists(lists: Mapping[str, Iterable[str]]) -> tuple[Phrases, ...]:
    """The patterns of each language's list."""
    each = (_phrases({language: lists.get(language, ())}) for language in ("zh", "en"))
    return tuple(patterns for patterns in each if patterns)


def _phrase(fields: Mapping[str, Fields], _: Toolbox) -> Detector:
    lists, need = _lists(fields), _need(fields.get("need", "any"))
    longest = max(map(len, lists))
    if need > longest:
        raise PhraseInvalid(
            f"`need` is {need}, and no list has more than {longest} different phrases"
        )
    return Phrase(
        _speaker(fields),
        _phrases(fields),
        _phrases(fields.get("except", {})),
        _window(fields),
        fields.get("sounds_like", False),
        fields.get("gap", DEFAULT_GAP),
        lists if need != 1 else (),
        need,
        fields.get("takes_s"),
    )


def _need(named: str | int) -> int:
    """How many phrases must be said; 0 for all."""
    if isinstance(named, int):
        return named
    return 1 if named == "any" else 0


def _regex(fields: Mapping[str, Fields], tools: Toolbox) -> Detector:
    return Regex(
        _speaker(fields),
        _expressions(fields, tools),
        _expressions(fields.get("except", {}), tools),
        _window(fields),
    )


def _expressions(lists: Mapping[str, Iterable[str]], tools: Toolbox) -> tuple[TextPattern, ...]:
    sources = [source for language in ("zh", "en") for source in lists.get(language, ())]
    compiler = tools.regex
    if compiler is None:
        if not sources:
            return ()
        raise PhraseInvalid("`regex` cannot be used here: nothing that compiles it is installed")
    compiled = []
    for source in dict.fromkeys(sources):
        try:
            compiled.append(compiler(source))
        except ValueError as error:
            raise PhraseInvalid(f"regular expression {source!r}: {error}") from error
    return tuple(compiled)


def _repetition(fields: Mapping[str, Fields], _: Toolbox) -> Detector:
    return Repetition(
        _speaker(fields),
        fields.get("times", 3),
        _phrases(fields.get("except", {})),
        _window(fields),
    )


def _question(fields: Mapping[str, Fields], _: Toolbox) -> Detector:
    return Question(
        _speaker(fields),
        fields.get("form", "any"),
        _phrases(fields.get("except", {})),
        _window(fields),
    )


def _metadata(fields: Mapping[str, Fields], _: Toolbox) -> Detector:
    return Metadata(
        fields["field"],
        tuple(str(value).lower() for value in fields.get("one_of", ())),
        fields.get("at_most"),
        fields.get("at_least"),
    )


def _signal(fields: Mapping[str, Fields], _: Toolbox) -> Detector:
    named = fields.get("by", Role.AGENT)
    if fields["kind"] in ("rate", "talk_share"):
        return Pace(
            fields["kind"], Role(named), _limit(fields, "at_least"), _limit(fields, "at_most")
        )
    return Signal(fields["kind"], fields["at_least_s"], None if named == "anyone" else Role(named))


def _limit(fields: Mapping[str, Fields], name: str) -> Limit | None:
    """A limit that holds for both languages, or one for each."""
    value = fields.get(name)
    if value is None:
        return None
    return Limit(**value) if isinstance(value, Mapping) else Limit(value, value)


def _examples(lists: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The sentences of both languages' lists."""
    return tuple(sentence for language in ("zh", "en") for sentence in lists.get(language, ()))


def _judge(fields: Mapping[str, Fields], _: Toolbox) -> Detector:
    # A bare yes is true in YAML, a bare no is false.
    expect: Literal["yes", "no"] = "yes" if fields.get("expect", True) in (True, "yes") else "no"
    return AskJudge(Text(**fields["question"]), expect, _speaker(fields), _window(fields))


def _before(fields: Mapping[str, Fields], tools: Toolbox) -> Detector:
    anchor, sought = build(fields["anchor"], tools), build(fields["find"], tools)
    return Before(anchor, sought, fields.get("hit", 1), fields.get("unanchored", "whole"))


def _after(fields: Mapping[str, Fields], tools: Toolbox) -> Detector:
    anchor, sought = build(fields["anchor"], tools), build(fields["find"], tools)
    return After(anchor, sought, fields.get("hit", 1))


OPERATORS: Mapping[str, Callable[[Fields, Toolbox], Detector]] = {
    "all": lambda fields, tools: All(_parts(fields, tools)),
    "any": lambda fields, tools: AnyOf(_parts(fields, tools)),
    "none": lambda fields, tools: NoneOf(_parts(fields, tools)),
    "not": lambda fields, tools: Not(build(fields, tools)),
    "at_least": _at_least,
    "each": lambda fields, tools: Each(build(fields["of"], tools), build(fields["has"], tools)),
    "some": lambda fields, tools: Some(build(fields["of"], tools), build(fields["has"], tools)),
    "before": _before,
    "after": _after,
    "phrase": _phrase,
    "regex": _regex,
    "question": _question,
    "repetition": _repetition,
    "company_name": lambda fields, _: CompanyName(Role.AGENT, _window(fields)),
    "signal": _signal,
    "metadata": _metadata,
    "semantic": lambda fields, _: Semantic(
        _speaker(fields),
        _examples(fields["like"]),
        _examples(fields.get("unlike", {})),
        fields.get("at_least", 0.8),
        _window(fields),
    ),
    "head": lambda fields, _: Head(fields["name"], _speaker(fields), _window(fields)),
    "judge": _judge,
    "privacy_request": lambda fields, _: PrivacyRequest(
        tuple(fields.get("secrets", SECRETS)), _window(fields)
    ),
    "account_facts": lambda fields, _: AccountFacts(
        tuple(fields.get("facts", FACTS)), _window(fields)
    ),
    "privacy_readout": lambda fields, _: PrivacyReadout(
        tuple(fields.get("numbers", NUMBERS)), _window(fields)
    ),
}
"""Every operator by its name."""
