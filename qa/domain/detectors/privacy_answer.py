"""What the customer's answer tells of the question: a secret may have been asked for in words that nobody foresaw.

Whoever reads out "it says five nine oh two three three", answers a question for "the little numbers" with three of
them, calls out a whole card, or says "it says never to share this" was asked for something. None of it costs a point:
people say as much of a meter, a bill or a neighbour, so a person listens.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Case
from qa.domain.detectors.clauses import word_set
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases, compile_phrases
from qa.domain.detectors.privacy_sentences import REACHED, Sentences, harmless_sentences
from qa.domain.detectors.privacy_suspicion_words import ASKS, ELSE, TALK
from qa.domain.detectors.privacy_words import NOT_SECRET, Secret
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
    "(不许|不让|不准|唔好|不可)(外传|讲|给别人|往外)",
    "(上面|上头)*不能给(别人|人)",
    "(not|never) (to |)(share|tell|give|read) (it |this |that |them |the code |)(to |with |out to |)(anyone|anybody|someone|people)",
    "(do not|never) share (it|this|that|them|the code|with)",
    "says *(do not|never) share",
    "(bank|sign|poster|message|it) (says|say|said) (never|not) to",
)
"""How a customer says that it is not to be told."""

BALKS = compile_phrases(
    "(这|那)(个|)不是(验证码|密码|口令|动态码)",
    "(这|那)(个|)(能|可以|方便)告诉你(吗|么)",
    "电话里(说|报|讲|念)*(安全|合适|没事)",
    "(说|报|讲|念)出(来|去)*(安全|合适|没事)",
    "(不|没|不太)敢(念|说|讲|报|给|诶|啊)",
    "(先不|不想|不太想|不好意思|能不|可不可以不|该不该)(说|念|讲|报|给)",
    "(说|念|报|讲)(出来|出去|了|给你|)(不太|不大|不)(好|安全|合适)",
    "(怎么|咋|总|老)(感觉|觉得)*(验证码|密码|怪|不对|骗)",
    "(不会|该不会|是不是|你是|你们是)*(骗子|诈骗)",
    "(要|问)(我的|我|它|这个|那个|)(码|密码|验证码|卡号|这|它|这个)*(干嘛|干啥|干什么|做么子|做什么|做咩)",
    "(密码|验证码|卡号)也要",
    "你(是|)(说|指|问)(的是|的|)(支付|登录|取款|)(密码|验证码)",
    "是(背面|后面|密码|验证码)(那个|吗|吧|哦|么)",
    "(无可奉告|唠这个不行|都要啊)",
    "(not|never) (supposed|meant|allowed) to (share|tell|give|read|ask)",
    "(you mean|is that|that is|is that not|is this not|is it not) (my|the) (pin|password|passcode|code|security code|verification code)",
    "(what|why) do you (need|want) (that|it|this|those|them|my|the) *(for)?",
    "(not|never) (comfortable|happy) *(giving|reading|telling|sharing|saying)",
    "i am not (telling|giving|reading|sharing|sending) (you|it|that|them|those|my|out)",
    "(is this|are you|is it|sounds like|could be) (a |)(scam|scammer|fraud)",
    "am i (supposed|meant|allowed) to (share|tell|give|read|say)",
    "are you (supposed|meant|allowed) to (ask|have|know|see)",
    "(is it|is that) (safe|wise|allowed) (to|giving|for me to)",
    "rather not *(calling|read|reading|share|sharing) (it|that|this|them|those)",
    "(say|read|give|tell you) (it|that|this|them|those) (out loud|over the phone)",
)
"""How a customer hesitates to say it, or asks what it is wanted for."""

REPORTED = compile_phrases(
    "(he|she|they|neighbour|driver|friend|scammer|scammers|website) (said|says|told|was|were)",
    "(scam|scammed|fraud|fraudster|details)",
    "(他|她|师傅|骗子|朋友|人家|有人)",
    "(骗|诈)",
)
"""What somebody else said or asked, which the customer only tells of."""

DIGITS_ASKED = compile_phrases(
    "(3|4|6|几|那|这)(个|串)(小|)(数|数字)",
    "(3|4|6)位",
    "几位(数|数字)",
    "仨(数|个数)",
    "(numbers|digits|figures)",
    "(the|that|tiny|little|short|small) number",
)
"""Digits that are asked for by no name."""

CODE_ALONE = 6
"""Digits that are most often a one-time code, where hardly a word is said beside them."""

COUNTED = compile_phrases(
    "(数量|几位数)",
    "(数|数字)*(对不对|对吗|对吧|是吗|吗)",
    "number of",
    "(number|numbers|figures|amount|amounts) *(quote|statement|mileage|bus|wrong|right|correct|add up)",
    "(amount|balance|total|black|red|white|reading|reference|serial|size|barcode)",
    "(sort code|dob|born)",
    "(编码|编号|条码|尺码|出生)",
)
"""Numbers that count something, or are only to be confirmed."""

UNITS = frozenset("块元毛个岁年月日号度米斤兆人点分秒楼栋层室路次天周家折件张台间瓶盒") | word_set(
    "pounds pound quid dollars dollar euros euro cents pence p percent degrees miles years year days months weeks am pm "
    "minutes hours kilos litres units guests people grand bucks"
)
"""What makes of digits a price, an age, a time or a quantity."""

POINTS = compile_phrases(
    "(look|check|see) *(screen|phone|mobile|text|message|card|messages)",
    "for me",
    "看(一眼|1眼|一下|1下|下|看)",
    "(说说|说下)",
)
"""What an agent says that asks by pointing."""

OPENINGS = compile_phrases(
    "(how|what) (can|may|could|shall) (i|we) *(help|do|assist)",
    "(anything|something) else",
    "(帮到|帮您|为您服务|请讲|请说|别的吗|别的问题|其他的吗|什么事)",
)
"""What an agent says that asks for nothing yet."""

BACK = 3
"""How many of the agent's last sentences are looked through for the question that was answered."""


def answered_with_a_secret(case: Case, span: Span, secrets: Sequence[Secret]) -> list[Match]:
    """The agent's questions in a window that the customer's answer makes suspect, in order.

    Not where the question, or a sentence beside it, is harmless (the code on a parcel is read out as well), nor where
    the customer speaks of another number, or of what somebody else said.
    """
    customer = case.streams[Role.CUSTOMER]
    read_out = list(_read_out(customer)) if "one_time_code" in secrets else []
    cards = list(_called_out(customer, CARD_DIGITS)) if "card_number" in secrets else []
    digits = list(_given(customer)) if set(secrets) - {"card_number"} else []
    codes = list(_called_out(customer, (CODE_ALONE,))) if "one_time_code" in secrets else []
    secrecy, balks = list(_begins(SECRECY, customer)), list(_begins(BALKS, customer))
    if not (read_out or cards or digits or codes or secrecy or balks):
        return []
    agent, answers = Sentences(case.streams[Role.AGENT]), Sentences(customer)
    told_of_else = answers.of(ELSE) | answers.of(NOT_SECRET) | answers.of(REPORTED)
    asks = (agent.of(ASKS) | agent.of(POINTS) | agent.stream.asking) - agent.of(OPENINGS)
    counted = agent.of(COUNTED)
    asked: set[int | None] = set()
    for begins, suspect in (
        (read_out + codes, asks - counted),
        (cards, asks),
        (digits, (asks & agent.of(DIGITS_ASKED)) - counted),
        (secrecy, asks - agent.of(TALK)),
        (balks, asks),
    ):
        for token in begins:
            if customer.tokens[token].sentence not in told_of_else:
                asked |= {_question(agent, asks, customer.tokens[token].start_s)} & suspect
    spared = harmless_sentences(agent)
    return [
        match
        for each in sorted(each for each in asked if each is not None)
        if spared.isdisjoint(_in_one_go(agent, answers, each))
        and heard.inside(agent.stream.tokens[(match := agent.match(each)).first], span)
    ]


def _in_one_go(agent: Sentences, customer: Sentences, sentence: int) -> Iterator[int]:
    """A sentence of the agent's and those beside it, with no word of the customer's between."""
    return (
        each
        for each in agent.near(sentence)
        if customer.last_before(agent.begins(each)) == customer.last_before(agent.begins(sentence))
    )


def _question(agent: Sentences, asks: set[int], at_s: float) -> int | None:
    """The last sentence before a time that asks, behind which only a few words such as "no rush" were said."""
    last = agent.last_before(at_s)
    if last is None:
        return None
    return next((each for each in range(last, last - BACK, -1) if each in asks), None)


def _begins(phrases: Phrases, customer: Stream) -> Iterator[int]:
    """The tokens with which the customer begins to say one of some patterns."""
    for match in matches(phrases, customer, sounds=None, gap=REACHED):
        yield match.first


def _read_out(customer: Stream) -> Iterator[int]:
    """The tokens with which the customer begins to read out what may be a one-time code."""
    for begun in matches(READ_OUT, customer, sounds=None, gap=REACHED):
        if _digits_from(customer, begun.last + 1) in CODE_DIGITS:
            yield begun.first


def _given(customer: Stream) -> Iterator[int]:
    """The tokens with which the customer begins to say as many digits as a secret has."""
    at = 0
    while at < len(customer.texts):
        digits = _digits_from(customer, at)
        if digits in SECRET_DIGITS:
            yield at
        at += max(digits, 1)


def _called_out(customer: Stream, digits_of_it: Container[int]) -> Iterator[int]:
    """The first digits of runs in which the customer says little else than as many digits as something has."""
    first = 0
    for _, run in groupby(customer.tokens, attrgetter("run")):
        said = [token.text for token in run]
        digits = [place for place, text in enumerate(said, first) if text.isdecimal()]
        if len(digits) in digits_of_it and 2 * len(digits) >= len(said):
            yield digits[0]
        first += len(said)


def _digits_from(stream: Stream, first: int) -> int:
    """How many digits stand from a token on in its run without another word; none where a unit follows them."""
    end = first
    while end < len(stream.texts) and stream.texts[end].isdecimal():
        if stream.tokens[end].run != stream.tokens[first].run:
            break
        end += 1
    follows = stream.texts[end] if end < len(stream.texts) else ""
    return 0 if follows in UNITS else end - first
