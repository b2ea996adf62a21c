"""A judge behind an OpenAI-compatible endpoint.

Its answer is one JSON document of a fixed form. Where the endpoint gives the probabilities of the token that
the answer begins with, they are the answer's certainty; where it does not, a bare answer counts ``UNRATED``.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from models import judge_prompts
from models.judge_endpoint import Endpoint, Silent
from models.judge_prompts import ON_THE_WIRE
from qa.domain.call import Role
from qa.domain.detectors.base import Line, Opinion, Quote
from qa.domain.wording import Language, Reason

log = logging.getLogger(__name__)

VERSION = "2"
"""Raised whenever the form of a question or a rule of reading an answer changes."""

UNRATED = 0.7
"""Certainty of an answer that comes without probabilities: enough for a default rubric, never more."""
MOST_QUOTES = 5
MOST_ANSWER_TOKENS = 400
ALTERNATIVES = 5
"""Tokens that are asked for beside the one that was chosen; more than an endpoint has is refused by some."""

BREAKS_AFTER = 5
"""Failures in a row after which the endpoint is left alone for a while."""
REST_S = 60.0
LONGEST_REST_S = 600.0

NOT_ITS_FORM = frozenset({400, 422})
THE_QUESTION = frozenset({400, 413, 422})
"""Statuses that refuse this question and no other."""

_RATED = {"logprobs": True, "top_logprobs": ALTERNATIVES}
_LIMITED = {"max_tokens": MOST_ANSWER_TOKENS}

_OTHER_FORM = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_SAID = {word: said for said, word in ON_THE_WIRE.items()}
_ANSWER = re.compile(r'"answer"\s*:\s*"')
_HAN = re.compile(r"[㐀-鿿]")
_HAN_TOKENS, _OTHER_TOKENS = 0.35, 0.12
"""Tokens a character that no tokenizer in use falls short of. An endpoint that counted fewer read less."""

_ITEM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["line", "quote"],
    "properties": {"line": {"type": "integer"}, "quote": {"type": "string"}},
}
_FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": "verdict",
        "strict": True,
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "required": ["answer", "proof"],
            "properties": {
                "answer": {"type": "string", "enum": list(ON_THE_WIRE.values())},
                "proof": {"type": "array", "items": _ITEM},
            },
        },
    },
}


class HttpJudge:
    """Asks an endpoint, and leaves one alone that fails again and again.

    Args:
        endpoint: The way to it.
        model: The name of the model there.
    """

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint = endpoint
        self._model = model
        self._failures = 0
        self._rests_until = 0.0

    def ask(
        self, question: str, lines: Sequence[Line], *, speaker: Role | None, language: Language
    ) -> Opinion | Reason:
        """Answer one question (see ``qa.domain.detectors.base.Judge``)."""
        if self._endpoint.clock() < self._rests_until:
            return Reason("silent.judge_resting")
        messages = judge_prompts.messages(question, lines, speaker, language)
        try:
            answer = self._put(messages)
        except Silent as silent:
            return self._without(silent)
        self._failures = 0
        try:
            return _opinion(answer, messages, len(lines))
        except _OTHER_FORM:
            log.warning("the judge at %s answered in another form", self._endpoint.at.host)
            return Reason("unsure.judge_malformed")

    def _put(self, messages: Sequence[Mapping[str, str]]) -> bytes:
        """The answer; a question that is refused for its form is put again with less asked for.

        Nothing of that is remembered: a long call is refused in the same words as a field that the endpoint
        does not know, and must not change how the calls after it are answered.
        """
        deadline = self._endpoint.deadline()
        asked = {
            "model": self._model,
            "messages": list(messages),
            "response_format": _FORM,
            "temperature": 0,
        }
        for more in (_RATED | _LIMITED, _LIMITED):
            try:
                return self._endpoint.post(_encoded(asked | more), deadline)
            except Silent as silent:
                if silent.status not in NOT_ITS_FORM:
                    raise
        return self._endpoint.post(_encoded(asked), deadline)

    def _without(self, silent: Silent) -> Reason:
        """Note that there was no answer."""
        log.warning(
            "the judge at %s gave no answer: %s", self._endpoint.at.host, silent.reason.code
        )
        if silent.status in THE_QUESTION:
            self._failures = 0
            return Reason("unsure.judge_refused", {"status": silent.status})
        self._failures += 1
        if self._failures >= BREAKS_AFTER:
            rest_s = min(LONGEST_REST_S, REST_S * 2 ** (self._failures - BREAKS_AFTER))
            self._rests_until = self._endpoint.clock() + rest_s
        return silent.reason


def _encoded(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _opinion(answer: bytes, messages: Sequence[Mapping[str, str]], lines: int) -> Opinion:
    """What an answer says; raises an error of the standard library for one in another form."""
    document = _document(answer)
    choice = document["choices"][0]
    content = choice["message"]["content"]
    told = _document(content)
    if set(told) != {"answer", "proof"} or len(told["proof"]) > MOST_QUOTES:
        raise ValueError("another form")
    said = _SAID[told["answer"]]
    quotes = tuple(_quote(item) for item in told["proof"])
    shares = _shares((choice.get("logprobs") or {}).get("content") or [])
    mass = sum(shares.values())
    return Opinion(
        said,
        probability=shares[told["answer"]] / mass if mass > 0 else UNRATED,
        mass=min(1.0, mass) if mass > 0 else 1.0,
        quotes=quotes,
        left_out=lines if _cut(messages, document.get("usage") or {}) else 0,
    )


def _document(text: str | bytes) -> Any:
    return json.loads(text, parse_constant=_no_number)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _quote(item: Mapping[str, Any]) -> Quote:
    if set(item) != {"line", "quote"} or type(item["line"]) is not int:
        raise ValueError("another form")
    if not isinstance(item["quote"], str):
        raise TypeError("another form")
    return Quote(item["line"], item["quote"])


def _shares(tokens: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The probability of each answer by the token that it begins with; all 0 where that is not told.

    The three answers begin with different letters, so that a token which holds no more than the first tells
    them apart.
    """
    shares = dict.fromkeys(ON_THE_WIRE.values(), 0.0)
    lead, others = _alternatives(tokens)
    for text, logprob in others.items():
        begun = text.removeprefix(lead)
        for word in shares:
            if text.startswith(lead) and begun and word.startswith(begun[0]):
                shares[word] += math.exp(min(0.0, logprob))
    return shares


def _alternatives(tokens: Sequence[Mapping[str, Any]]) -> tuple[str, dict[str, float]]:
    """The tokens that could have begun the answer, with their log-probabilities.

    With them, what stands in them before the answer, such as a quotation mark.
    """
    texts = [str(token["token"]) for token in tokens]
    found = _ANSWER.search("".join(texts))
    before = found.end() if found else 0
    for text, token in zip(texts, tokens, strict=True):
        if found and before < len(text):
            others = (token, *(token.get("top_logprobs") or ()))
            return text[:before], {str(each["token"]): each["logprob"] for each in others}
        before -= len(text)
    return "", {}


def _cut(messages: Sequence[Mapping[str, str]], usage: Mapping[str, Any]) -> bool:
    """Whether the endpoint counted fewer tokens than the question has: some leave out what is too long."""
    counted = usage.get("prompt_tokens")
    if type(counted) is not int:
        return False
    asked = "".join(message["content"] for message in messages)
    han = len(_HAN.findall(asked))
    return counted < _HAN_TOKENS * han + _OTHER_TOKENS * (len(asked) - han)
