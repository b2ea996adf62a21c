"""Which voice is the agent's, told from what is said where no channel map tells it.

Service phrases, the company's name and who asks for help speak for a role; who speaks first hardly does,
since on an outbound call it is the customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from qa.domain.attribution import UNKNOWN_LABEL, LabelledTurn, with_roles
from qa.domain.call import Direction, Role
from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.company_name import ALIKE, best_name
from qa.domain.detectors.pattern import compile_phrase, matches
from qa.domain.detectors.text import Stream, stream_of

STEEPNESS = 0.4
"""Of confidence over the lead in weight: a lead of 1 gives 0.66, of 3 gives 0.85, of 6 gives 0.95."""

ANSWERS_FIRST = 0.3
"""Weight of speaking first on an inbound call; little, for a recording may begin late."""

COMPANY_NAME = 2.0
"""Weight of saying the company's name early on; customers say it too, but seldom at once."""

OPENING_S = 20.0
"""How early in a party's speech its company's name speaks for the agent."""

MOST_TIMES = 2
"""Times that one cue counts: a habit of speech is not ten pieces of evidence."""

_AGENT_CUES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (
        3.0,
        (
            "(有什么|什么|哪里|怎么)(可以|能|需要|)(帮您|帮到您|帮助您|帮忙|为您服务|帮您的)",
            "(很|非常|)高兴为您服务",
            "(竭诚|继续|)为您服务",
            "工号",
            "客服(中心|专员|代表|)(为您|您好|很高兴|竭诚)",
            "(这里是|这边是|我是|我们是)*(客服|客户服务|服务中心|客户顾问|客户经理|售后|专员|坐席)",
            "(感谢|谢谢)您(的|)(来电|致电|接听|拨打)",
            "您对(我|我们|这次|本次|此次|今天)*满意",
            "how (can|may|could) (i|we) (help|assist)",
            "what can (i|we) do for you",
            "(thank you|thanks) for (calling|your call|contacting|phoning|ringing)",
            "(customer|technical) (support|service|care|services)*speaking",
            "(this is|my name is|you are speaking to) *(from|with|at) (customer|the|technical|billing)",
            "(welcome to|you are through to|you have reached)",
            "how would you rate",
            "are you (happy|satisfied) with the service",
        ),
    ),
    (
        2.0,
        (
            "(请|麻烦)您(稍等|稍候|稍后|耐心等)",
            "(让您|您)久等",
            "(感谢|谢谢)您(的|)(耐心|等待|配合|支持|理解|抽时间|抽空)",
            "祝您(生活|工作|购物|一切|周末|)(愉快|顺利)",
            "(帮|为|给)您(查|核实|核对|登记|处理|反馈|转|办理|申请|记录|安排)",
            "(麻烦|请)您(提供|报|核对|说)(一下|下|)",
            "(跟|和|与|向)您(核对|核实|确认)",
            "还有(其他|别的|什么)*(帮您|帮到您|需要)",
            "请问是*(先生|女士|小姐)",
            "please hold",
            "(thank you|thanks) for (waiting|holding|your patience|your time)",
            "(may|could|can) i (have|take|get|ask for) your",
            "could you (give|tell|confirm|provide) (me|) (with|) (your|the)",
            "(let me|i will) (transfer|put you|connect you|check|look into|pull up)",
            "(transfer|put|putting|connect) you (to|through|on|over)",
            "(anything else|something else) i can (help|do|assist)",
            "(our|my) (technical team|billing team|system|supervisor|records)",
            "have a (great|nice|lovely|good|wonderful) (day|evening|weekend|afternoon)",
            "read me (the|your)",
        ),
    ),
    (
        1.0,
        (
            "(我|)(查|看)到(您|了|这边)",
            "(我们|我)这边*(显示|系统|帮您)",
            "(不归|不是)我们(处理|负责|管)",
            "(您是说|您的意思是)",
            "(请讲|您请说|请说)$",
            "go ahead",
            "(your|the) account (shows|is|has)",
            "so you would like",
            "i (can|will) (see|check|refund|send|arrange|renew|replace|waive)",
            "we (have|just|will) (texted|sent|send|refund|renew|credit)",
            "stop calling",
        ),
    ),
)

_CUSTOMER_CUES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (
        2.0,
        (
            "我(想|要)(问|咨询|查|退|投诉|取消|改|换|办|了解|反映|请问)",
            "我(上个月|上周|昨天|前天|前几天|刚才|之前|在你们|在您们|)(买|订|申请|办理|下单|充|付)(的|了)",
            "我(的|)(订单|快递|包裹|退款|账单|会员|套餐|宽带|手机|卡|账户|邮箱|信号|网络)",
            "(怎么|为什么|到现在)(还|都|)(没|不)(有|到|收到|退|给|能)",
            "(麻烦|请)(你|您)帮我",
            "(帮|给)我(查|看|退|处理|解决|办|改|取消)",
            "什么时候(能|可以|才)*(到|退|给我|好|解决)",
            "(my|our) (bill|order|refund|internet|parcel|package|account|card|phone|payment|subscription|line) (has|is|was|went|have|keeps|does|did|will|still|just)",
            "i (would like|want|need) to (cancel|return|ask|know|complain|report|change|speak|talk)",
            "i (bought|ordered|sent back|returned|paid|have been waiting|was charged|got charged|received|still have not)",
            "(can|could) you (please|) (help me|look into it|look into this|tell me why|tell me when|check my|check why)",
            "(speak|talk) to (a|your|the) (manager|supervisor|human|real person)",
            "i am calling (about|because|to ask|regarding)",
        ),
    ),
    (
        1.0,
        (
            "(你们|您们)(公司|客服|这边|那边|什么|怎么|为什么|能不能)",
            "(你|您)帮我",
            "(能不能|可不可以)(请|帮|给|再|换|退)",
            "(是我|我是本人)",
            "挺(满意|好)的",
            "转到哪",
            "(我|)不太明白",
            "how (much|long) (does|will|is)",
            "when (will|can) i (get|receive)",
            "i (do not|did not) (know|understand|ask|get|order) (why|for|it|how)",
            "(very happy|ten out of ten)",
            "yes please do",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is who.

    Attributes:
        roles: By label; a label that could not be told is ``Role.UNKNOWN``.
        confidence: 0-1; 0.5 is a coin's toss between two parties, 0 is nothing known.
    """

    roles: Mapping[str, Role]
    confidence: float


def decide_roles(
    turns: Sequence[LabelledTurn],
    *,
    company_names: Sequence[str] = (),
    direction: Direction = Direction.UNKNOWN,
    phonetics: Phonetics | None = None,
) -> Parties:
    """Tell the agent from the customer by their words.

    Args:
        turns: Turns of one call, in order of start.
        company_names: Names an agent may introduce the company by.
        direction: Who called whom, where it is known.
        phonetics: To know a company's name by its sound; without, by its letters alone.

    Returns:
        The likeliest roles of the two labels that speak most; unknown, with confidence 0, where a
        single party speaks or nothing tells them apart.
    """
    spoken: dict[str, list[LabelledTurn]] = {}
    for turn in turns:
        if turn.label != UNKNOWN_LABEL:
            spoken.setdefault(turn.label, []).append(turn)
    nobody = Parties(dict.fromkeys(spoken, Role.UNKNOWN), 0.0)
    if len(spoken) < 2:  # noqa: PLR2004 - two parties make a call
        return nobody
    first, second = sorted(spoken, key=lambda label: -sum(len(t.text) for t in spoken[label]))[:2]
    lead = _weight(spoken[first], company_names, phonetics) - _weight(
        spoken[second], company_names, phonetics
    )
    if direction is Direction.INBOUND:
        opener = min((first, second), key=lambda label: spoken[label][0].span.start_s)
        lead += ANSWERS_FIRST if opener == first else -ANSWERS_FIRST
    if lead == 0:
        return nobody
    agent, customer = (first, second) if lead > 0 else (second, first)
    confidence = 0.5 + 0.5 * (1 - exp(-STEEPNESS * abs(lead)))
    return Parties(
        {**nobody.roles, agent: Role.AGENT, customer: Role.CUSTOMER}, round(confidence, 3)
    )


def _weight(
    turns: Sequence[LabelledTurn], names: Sequence[str], phonetics: Phonetics | None
) -> float:
    """How much one party's words speak for its being the agent, less what speaks against it."""
    stream = stream_of(with_roles(turns, {}))
    weight = 0.0
    for cues, sign in ((_AGENT_CUES, 1), (_CUSTOMER_CUES, -1)):
        for worth, phrases in cues:
            for phrase in phrases:
                times = len(matches((compile_phrase(phrase),), stream, sounds=phonetics, gap=6))
                weight += sign * worth * min(times, MOST_TIMES)
    return weight + (COMPANY_NAME if _names_company(stream, names, phonetics) else 0.0)


def _names_company(stream: Stream, names: Sequence[str], phonetics: Phonetics | None) -> bool:
    if not stream.tokens or not names:
        return False
    until_s = stream.tokens[0].start_s + OPENING_S
    if phonetics is None:
        found = matches([compile_phrase(name) for name in names], stream, sounds=None)
        return any(stream.tokens[match.first].start_s <= until_s for match in found)
    best = best_name(stream, names, phonetics)
    return (
        best is not None and best.quality >= ALIKE and stream.tokens[best.first].start_s <= until_s
    )
