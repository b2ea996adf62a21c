"""The table of operators: the name that a rubric writes, and how its fields become a detector.

A new operator is a module with a frozen dataclass, a row here and a definition in
``rubrics/schema/rubric.schema.json``; a test holds the table and the schema together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from qa.domain.call import Role
from qa.domain.detectors.base import Detector
from qa.domain.detectors.company_name import CompanyName
from qa.domain.detectors.logic import All, AnyOf, AtLeast, Each, NoneOf, Some
from qa.domain.detectors.metadata import Metadata
from qa.domain.detectors.pattern import DEFAULT_GAP, Pattern, compile_phrase
from qa.domain.detectors.phrase import Phrase
from qa.domain.detectors.privacy import PrivacyRequest
from qa.domain.detectors.privacy_words import SECRETS
from qa.domain.detectors.signal import Signal
from qa.domain.detectors.window import Window

Fields = Any
"""An operator's fields as the schema allows them: a mapping, or a list for ``all``, ``any``, ``none``."""


class PhraseInvalid(ValueError):
    """A phrase that cannot be compiled; the message names it and says why."""


def build(spec: Mapping[str, Fields]) -> Detector:
    """The detector that a rubric describes.

    Args:
        spec: A mapping of one operator's name to its fields, valid under the schema.

    Raises:
        PhraseInvalid: A phrase cannot be compiled.
    """
    ((name, fields),) = spec.items()
    return OPERATORS[name](fields)


def _parts(specs: Iterable[Mapping[str, Fields]]) -> tuple[Detector, ...]:
    return tuple(build(spec) for spec in specs)


def _speaker(fields: Mapping[str, Fields]) -> Role | None:
    named = fields.get("speaker", Role.AGENT)
    return None if named == "anyone" else Role(named)


def _window(fields: Mapping[str, Fields]) -> Window:
    return Window(**fields.get("within", {}))


def _phrases(lists: Mapping[str, Iterable[str]]) -> tuple[Pattern, ...]:
    """The patterns of both languages' lists: callers mix languages, so neither is left out."""
    patterns: dict[Pattern, None] = {}
    for language in ("zh", "en"):
        for phrase in lists.get(language, ()):
            try:
                patterns[compile_phrase(phrase)] = None
            except ValueError as error:
                raise PhraseInvalid(f"phrase {phrase!r}: {error}") from error
    return tuple(patterns)


def _phrase(fields: Mapping[str, Fields]) -> Detector:
    return Phrase(
        _speaker(fields),
        _phrases(fields),
        _phrases(fields.get("except", {})),
        _window(fields),
        fields.get("sounds_like", False),
        fields.get("gap", DEFAULT_GAP),
    )


def _metadata(fields: Mapping[str, Fields]) -> Detector:
    return Metadata(
        fields["field"],
        tuple(str(value).lower() for value in fields.get("one_of", ())),
        fields.get("at_most"),
        fields.get("at_least"),
    )


OPERATORS: Mapping[str, Callable[[Fields], Detector]] = {
    "all": lambda fields: All(_parts(fields)),
    "any": lambda fields: AnyOf(_parts(fields)),
    "none": lambda fields: NoneOf(_parts(fields)),
    "at_least": lambda fields: AtLeast(fields["count"], _parts(fields["of"])),
    "each": lambda fields: Each(build(fields["of"]), build(fields["has"])),
    "some": lambda fields: Some(build(fields["of"]), build(fields["has"])),
    "phrase": _phrase,
    "company_name": lambda fields: CompanyName(Role.AGENT, _window(fields)),
    "signal": lambda fields: Signal(
        fields["kind"], fields["at_least_s"], Role(fields.get("by", Role.AGENT))
    ),
    "metadata": _metadata,
    "privacy_request": lambda fields: PrivacyRequest(
        tuple(fields.get("secrets", SECRETS)), _window(fields)
    ),
}
"""Every operator by its name."""
