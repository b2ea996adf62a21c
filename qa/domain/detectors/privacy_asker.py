"""Who asks for a secret, and for whom: only what the agent asks for itself is a request.

"You'll need your PIN abroad", "银行要您的卡号" and "give the code to the courier" name a secret beside asking words,
yet nobody asks for it here. Nor does whoever only wants to hear that a code never came.
"""

from __future__ import annotations

import re

from qa.domain.detectors.clauses import Around, word_set
from qa.domain.detectors.matching import Match

_CLAUSE = 24
"""Tokens of a clause that are looked at on either side."""

_NEEDS = re.compile(r"\b(needs?|needing|require|requires|want|have to|like|going to)\b")
"""English asking words that leave open who is to have the secret."""

_LEADING = word_set(
    "will would do does am are is be shall might may can could must just only really still also now then going to have all "
    "that this so okay ok right well and but here actually probably first next quickly simply plus or yes yeah no oh please "
    "great brilliant lovely perfect fine good thanks sure cool super alright sir madam love mate dear there today"
)
"""What may stand between a subject and its need, or before a need without any."""

_OWN = word_set("i we us me what refund payment verification security claim check transfer")
"""Who asks, where it is the agent, or what the agent is about."""

_OTHERS = word_set(
    "you they he she it bank website app shop site page machine atm courier driver store branch people team anyone"
)
_PURPOSE = word_set("to for before with")
"""What opens a clause that tells what for, with no word of who asks: "to finish that just need your PIN"."""

_OUR_OWN = word_set("my our")

_WANTS = re.compile(r"^(?:需要|要|核对|核实|确认|验证)")
"""Chinese asking words that leave open who is to have the secret."""

_ANOTHER_WANTS = re.compile(
    r"(?:银行|系统|柜员|柜台|页面|网页|网站|(?<!其)他|她|它|对方|快递员|快递小哥|师傅|店员|店家|商家|卖家|骑手|司机|平台|软件|"
    r"程序|机器|取款机|门店|网点|公安|警察|骗子|别人|有人|app|客户端|官网)(?![卡的上里这密])[^我咱报念读告]*$"
)
"""Before them in the clause: someone else who wants it."""

_TO_ANOTHER = re.compile(
    r"^(?:给|到|跟|和|对|向)?(?:那|这| 1 |个|位|你|的|上门|咱|们|下|声)*"
    r"(?:快递|师傅|店员|店家|骑手|司机|柜员|柜台|门卫|保安|配送|外卖|送货|商家|驿站|护士|医生|他|她|对方)|"
    r"^(?: (?!me\b|us\b|i\b|we\b|and\b)[a-z0-9]+)* to (?:the|your|our|a|that|his|her) (?:delivery |taxi |bus )?"
    r"(?:courier|driver|engineer|postman|postwoman|rider|technician|installer|fitter|cashier|guard|porter|concierge|"
    r"receptionist|nurse|doctor)\b"
)
"""Behind asking words: who is to hear it instead."""

_TO_ANOTHER_BEFORE = re.compile(
    r"(?:给|跟|和|对|向)(?:那|这| 1 |个|位|你|的|上门)*(?:快递员|快递|师傅|店员|骑手|司机|柜员|门卫|保安|他|她|对方)$"
)

_MISSING = re.compile(
    r"收不到|没收到|没有收到|还没到|没来|不来|没到|(?<![别没不])忘|丢了|失败|失效|过期|不对|(?<![别没不念看写记])错|"
    r"有问题|不行|用不了|不能用|被锁|锁了|"
    r"\b(?:if|unless|should|in case|once|when)\b.*\b(?:not|never|no|fails?|failed|wrong|forget|forgot|forgotten|lose|lost|expires?|"
    r"expired|locked|locks|stops|stopped|rejected|refused|trouble|problems?)\b"
)
"""In the clause that names the secret: what is to be told is that it went astray."""

_NO_ASKING = re.compile(
    r"^ ?(?:(?:a|1|another) )?(?:quick |wee |little )?"
    r"(?:call|ring|shout|bell|buzz|moment|second|sec|minute|min|hand|look|try|chance|go)\b"
)
"""Behind "give me": what is given is no secret."""

_TAKEN_BACK = re.compile(
    r"^(?:的|那|这| 1 |个|输入)*(?:栏|框|格)|"
    r"^ ?(?:(?:field|fields|box|boxes|column|line)\b|for ?$|i mean (?!.*\b(?:card|pin|password|passcode|code|cvv)\b))"
)
"""Behind a name: the place on a page for it is meant, what it is for is asked, or another thing was meant."""


def taken_back(around: Around, name: Match) -> bool:
    """Whether what stands behind a name says that it is not the secret that is asked for."""
    _, closes = around.clause(name.last, 0, _CLAUSE)
    rest = around.said(name.last + 1, max(closes, name.last) + 1)
    return bool(_TAKEN_BACK.search(rest) or _TAKEN_BACK.search(around.after(name.last, _CLAUSE)))


def asks_here(around: Around, ask: Match, name: Match) -> bool:
    """Whether asking words near a secret's name are the agent's own asking, for the agent to hear."""
    if ask.overlaps(name) and ask.first >= name.first:
        return True
    stream = around.stream
    asking = around.said(ask.first, ask.last + 1).strip()
    opens, _ = around.clause(ask.first, _CLAUSE, 0)
    before = around.said(opens, ask.first).strip()
    if _another_asks(asking, before):
        return False
    _, closes = around.clause(ask.last, 0, _CLAUSE)
    after = around.said(ask.last + 1, closes + 1)
    if _NO_ASKING.search(after):
        return False
    if not asking.endswith(("我", "我们", "客服", " me", " us")) and (
        _TO_ANOTHER.search(after) or _TO_ANOTHER_BEFORE.search(before)
    ):
        return False
    apart = stream.tokens[ask.first].sentence != stream.tokens[name.first].sentence
    return apart or ask.first < name.first or not _gone_astray(around, ask, name)


def _another_asks(asking: str, before: str) -> bool:
    """Whether the words before asking words of need say that somebody else needs it."""
    need = _NEEDS.search(asking)
    if need:
        words = f"{before} {asking[: need.start()]}".replace("thank you", "thanks").split()
        purpose = bool(words) and words[0] in _PURPOSE
        while words and words[-1] in _LEADING:
            words.pop()
        if not words or words[-1] in _OWN or not _OUR_OWN.isdisjoint(words[-3:]):
            return False
        return words[-1] in _OTHERS or not purpose
    return bool(_WANTS.search(asking) and _ANOTHER_WANTS.search(before))


def _gone_astray(around: Around, ask: Match, name: Match) -> bool:
    """Whether a name stands in a clause that says the secret went astray, before asking words."""
    opens, closes = around.clause(name.first, _CLAUSE, _CLAUSE)
    return bool(_MISSING.search(around.said(opens, min(max(closes, name.last) + 1, ask.first))))
