"""What the customer's answer tells of the question: a secret may have been asked for in words that nobody foresaw.

Whoever reads out "it says five nine oh two three three", answers a question for "the little numbers" with three of
them, or says "it says never to share this" was asked for something. By itself that costs no point: a person listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Case
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases, compile_phrases
from qa.domain.detectors.privacy_sentences import GAP, Sentences, harmless
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span

CODE_DIGITS = range(4, 9)
"""Digits of a one-time code."""

SECRET_DIGITS = range(3, 9)
"""Digits of a security code, a PIN or a one-time code."""

CARD_DIGITS = range(12, 20)
"""Digits of a payment card (ISO/IEC 7812-1: up to 19)."""

READ_OUT = compile_phrases(
    "(it|that|message|text|sms|screen|phone) (says|reads|said)",
    "(验证码|校验码|动态码|短信|信息|消息|口令|密码)(上|里|里面|)(是|写的是|写着|说|说是|显示)",
    "(写的是|写着|显示的是|收到的是)",
)
"""How a customer begins to read out what came to the phone."""

SECRECY = compile_phrases(
    "(谁|别人|任何人|他人)(都|也|)(不|别)(能|要|让|可以|)(说|讲|给|告诉)",
    "(勿|不要|别|不能|不可以|不让|不得)(把|)*(告诉|告知|透露|泄露|外传)(任何人|别人|他人|人)",
    "不(让|能|可以|准)(说|讲|外传|泄露|往外说)(的|吧|吗|啊|呀)",
    "(这|那)(个|)不是(验证码|密码|口令|动态码)",
    "不是(说|讲)(过|)(不|别)*(密码|验证码|卡号|告诉|泄露)",
    "(not|never) (to |)(share|tell|give|read) (it |this |that |them |the code |)(to |with |out to |)(anyone|anybody|someone|people)",
    "(do not|never) share",
    "(not|never) (supposed|meant|allowed) to (share|tell|give|read|ask)",
    "is (that|this|it) not (my|the) (pin|password|passcode|code|security code)",
)
"""How a customer says that it is not to be told."""

BALKS = compile_phrases(
    "(这|那)(个|)(能|可以|方便)(告诉|给|跟)你*(吗|么)",
    "电话里(说|报|讲|念)*(安全|合适|好|行|没事)",
    "(说|报|讲|念)出(来|去)*(安全|合适|没事)",
    "am i (supposed|meant|allowed) to (share|tell|give|read|say)",
    "are you (supposed|meant|allowed) to (ask|have|know|see)",
    "(is it|is that) (safe|wise|allowed) (to|giving|for me to)",
    "rather not *(call|calling|give|giving|read|reading|share|sharing)",
    "(say|read|give|tell|reading|giving|saying) *(out loud|over the phone)",
)
"""How a customer hesitates."""

DIGITS_ASKED = compile_phrases(
    "(3|4|6|几|那|这)(个|位|串)(小|)(数|数字)",
    "(仨|几)(数|个数)",
    "(3|4|6|几)位",
    "(numbers|digits|figures)",
    "(the|that|tiny|little|short|small) number",
)
"""Digits that are asked for by no name."""


def answered_with_a_secret(case: Case, span: Span) -> list[Match]:
    """The agent's sentences in a window that the customer's answer makes suspect, in order.

    Not where the sentence, or the one before it, is harmless: the code on a parcel is read out as well.
    """
    agent, customer = Sentences(case.streams[Role.AGENT]), case.streams[Role.CUSTOMER]
    told = (*_read_out(customer), *_begins(SECRECY, customer), *_begins(BALKS, customer))
    asked = {agent.last_before(at_s) for at_s in (*told, *_called_out(customer))}
    given = {agent.last_before(at_s) for at_s in _given(customer)}
    if given:
        asked |= given & agent.of(DIGITS_ASKED)
    return _suspect(agent, asked, span)


def answered_with_secrecy(case: Case, span: Span) -> list[Match]:
    """Those to which the customer says that it is not to be told."""
    agent = Sentences(case.streams[Role.AGENT])
    told = _begins(SECRECY, case.streams[Role.CUSTOMER])
    return _suspect(agent, {agent.last_before(at_s) for at_s in told}, span)


def _suspect(agent: Sentences, asked: set[int | None], span: Span) -> list[Match]:
    found = sorted(each for each in asked if each is not None)
    if not found:
        return []
    spared = harmless(agent)
    return [
        agent.match(each)
        for each in found
        if spared.isdisjoint((each - 1, each))
        and heard.inside(agent.stream.tokens[agent.match(each).first], span)
    ]


def _read_out(customer: Stream) -> Iterator[float]:
    """When the customer reads out what may be a one-time code."""
    for begun in matches(READ_OUT, customer, sounds=None, gap=GAP):
        if _digits_from(customer, begun.last + 1) in CODE_DIGITS:
            yield customer.tokens[begun.first].start_s


def _begins(phrases: Phrases, customer: Stream) -> Iterator[float]:
    """When the customer begins to say one of some patterns."""
    for match in matches(phrases, customer, sounds=None, gap=GAP):
        yield customer.tokens[match.first].start_s


def _given(customer: Stream) -> Iterator[float]:
    """When the customer says as many digits as a secret has."""
    at = 0
    while at < len(customer.texts):
        digits = _digits_from(customer, at)
        if digits in SECRET_DIGITS:
            yield customer.tokens[at].start_s
        at += digits + 1


def _called_out(customer: Stream) -> Iterator[float]:
    """When the customer says little else in one go than the digits of a card."""
    for _, run in groupby(customer.tokens, attrgetter("run")):
        said = list(run)
        digits = [token.start_s for token in said if token.text.isdecimal()]
        if len(digits) in CARD_DIGITS and 2 * len(digits) >= len(said):
            yield digits[0]


def _digits_from(stream: Stream, first: int) -> int:
    """How many digits stand from a token on without another word."""
    count = 0
    while first + count < len(stream.texts) and stream.texts[first + count].isdecimal():
        count += 1
    return count
