"""Questions in Chinese, told by their words and not by a mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa.domain.detectors.clauses import Around
from qa.domain.detectors.question_form import CLOSED, CONFIRMATION, OPEN, Asked, Form
from qa.domain.detectors.text import is_han

_REACH = 14
"""Tokens around a word that decide whether it asks."""

_SURE, _LIKELY, _PERHAPS = 1.0, 0.85, 0.55

_WH = re.compile(
    r"^(?:什么|为什么|为何|怎么|怎样|如何|哪|谁|啥|咋|多少|何时|干嘛|干吗|贵姓|多(?:久|长|大|远|快|高|宽)|"
    r"几(?:位|个|点|号|月|天|次|张|年|岁|遍|台|部|种|楼|层|兆|分|件|条|家|口|级|代|期|块|人))"
)
_WH_HEADS = "什为怎如哪谁啥咋多何干贵几"
_TALKS_TO = re.compile(r"你|请问|贵|咱|先生|女士|呢|吗|贵姓")

_LOOKS = r"(?:看|查|核实|核对|确认|了解|问|知道|明白|清楚|说明|解释|讲|介绍|分析|判断|检查|测|试|搜|翻|记)"
_EMBEDS = re.compile(
    rf"(?:我|我们|这边|咱们|先|再|帮你|给你|为你|替你|跟你|让|去|来)[^你]{{0,6}}{_LOOKS}[^你]{{0,6}}$"
    r"|(?:告诉你|跟你说|教你|发给你|提醒你|通知你)[^你]{0,6}$"
    r"|(?:取决于|看你|根据|按照|不知道|不清楚|不确定|没说|不管|无论|不论|随便|任凭|管他)[^,]{0,8}$"
    r"|(?:^|[^么])就是$"
)
"""What makes a question word part of a statement: looking it up, telling it, not minding it."""

_ASKS_OF = re.compile(
    r"(?:问|请教|确认|核实|核对|了解)(?:一下|下)?你|(?<![帮给为替跟诉看教和与让])你[^我]{0,6}$"
)
_NO_WH = re.compile(r"(?:没|没有|不|有没有|无|这|那|就是)$")
_NO_COUNT = re.compile(r"(?:[好这那前后过近有十]| [0-9] )$")
_ANY = re.compile(
    r"^[^你]{0,5}(?:都|也)(?:可以|行|不|没|能|会|是|有|好|要)|^的话|^(?:说|讲)呢$|^怕"
)
_SOME = re.compile(r"(?:如果|要是|假如|若|万一|有)[^,]{0,4}$")
_SOME_THEN = re.compile(
    r"^(?:问题|需要|疑问|不明白|不清楚|不懂|情况|事情|事)[^吗]{0,8}(?:可以|请|随时|再|欢迎|联系|打|都|尽管)"
)

_NO_A = frozenset("我你他她它这那的了就也都还一在是不没")
_EITHER = re.compile(r"你[^。]{0,8}(?:是|要|想|用|在|走|选|买|办)[^。]{0,8}$|^是[^。]{1,8}$")
_CHOSEN = re.compile(r"(?:^|你[^。]{0,8})是[^。]{1,8}$")
_STILL = re.compile(
    r"^(?:会|要|不|没|得|可以|建议|先|很|比较|需要|挺|能|应该|这|那|老|希望|请|麻烦|给|帮|我)"
)
_EITHER_OF = re.compile(r"(?<![但可于总只也都就要])是[^。]{1,8}的$")
_STILL_SO = re.compile(r"^(?:一样|老样子|原来)")
_GOES_ON = re.compile(
    r"(?:^|[你我他她它们这那])$|(?:但|但是|不过|所以|可是|最后|结果|建议|最好|目前|现在|最近)$"
)
"""Before 还是: one who does something still, and no first part of a choice."""

_ALREADY_TOLD = re.compile(
    r"^[^你我,]{1,6}我(?:们)?(?:已经|刚刚|刚才|之前|都|会|马上|稍后|等下)[^你]{0,4}(?:发|寄|写|说|讲|告诉|教|通知|解释)[^呢吗]{0,3}你"
)
"""After a question word: what it names is told, as in 怎么操作我已经发给你了."""

_RIGHT = re.compile(r"(?:对|是|没错|正确|这样|没有问题|没问题|属实)$")
_RESTATES = re.compile(
    r"(?:你是说|你的意思|也就是说|就是说|你是想|你是要|你要的是|(?:跟|和|与)你(?:再|)(?:确认|核对|核实)|我理解|我的理解|"
    r"你刚才说|你刚刚说|你说的是|所以你|那你是|你想要的是|你要办的是|你反映的)"
)
_AGREES = re.compile(
    r"(?:好|行|可以|算了|走|来|就这样|这样|放心)$|(?:你(?:先|再|就|可以|还是|放心|等|看|试)|请|给你|帮你|为你|建议|祝|我们|我先|我来|咱)"
)
_STATES = re.compile(r"你[^。]{0,10}(?:是|有|没|要|想|了|在|用|打|说|的|过)")
_ITEM = re.compile(r"(?:号|号码|电话|地址|姓名|名字|邮箱|型号|日期|时间|你|情况|原因)$")


def asked(around: Around, inner: frozenset[int]) -> Iterator[Asked]:
    """The signs of a question that stand among some tokens."""
    for token, judge in _SIGNS.items():
        for place in around.stream.positions.get(token, ()):
            if place in inner:
                yield from judge(around, place)


def _embedded(around: Around, place: int) -> bool:
    """Whether a statement holds the question, as in 我看一下是什么原因."""
    before = around.before(place, _REACH)
    return _EMBEDS.search(before) is not None and _ASKS_OF.search(before) is None


def _by_word(around: Around, place: int) -> Iterator[Asked]:
    rest = around.stream.tokens[place].text + around.after(place, _REACH)
    word = _WH.match(rest)
    before = around.before(place, _REACH)
    if word is None or _no_question(word[0], before, rest[word.end() :]):
        return
    first, last = around.clause(place, back=_REACH, onward=_REACH)
    ends = around.stream.closes_sentence(place + len(word[0]) - 1)
    spoken_to = ends or _TALKS_TO.search(around.said(first, last + 1)) is not None
    asks = around.is_marked(place)
    told = not word[0].startswith("为") and _ALREADY_TOLD.match(rest[word.end() :]) is not None
    if told or _embedded(around, place):
        if asks:
            yield _asked(around, place, (OPEN,), _PERHAPS, back=0, onward=6)
        return
    quality = _SURE if asks else _LIKELY if spoken_to else _PERHAPS
    yield _asked(around, place, (OPEN,), quality, back=0, onward=6)


def _no_question(word: str, before: str, after: str) -> bool:
    if word.startswith("几"):
        return _NO_COUNT.search(before) is not None
    if word.startswith("多") and word != "多少" and re.search(r"(?:这么|那么|不|很)$", before):
        return True
    if word.startswith("什么") and before.endswith("为"):
        return True
    negated = _NO_WH.search(before) is not None and not (word == "哪" and before.endswith("就是"))
    anything = _SOME.search(before) is not None and _SOME_THEN.match(after) is not None
    return negated or anything or _ANY.match(after) is not None


def _by_courtesy(around: Around, place: int) -> Iterator[Asked]:
    """请问: whatever follows is asked, were it only 请问您的订单号."""
    after = around.after(place, 2)
    if after.startswith("问") and after != "问":
        yield _asked(around, place, (), 0.95, back=0, onward=8)


def _by_ma(around: Around, place: int) -> Iterator[Asked]:
    before = around.before(place, 2 * _REACH)
    if before and not before.endswith("干"):
        yield _asked(around, place, _yes_or_no(before), _SURE, back=6, onward=0)


def _by_me(around: Around, place: int) -> Iterator[Asked]:
    """么 and 嘛 for 吗, at the end of a clause."""
    before = around.before(place, 2 * _REACH)
    ends = around.clause(place, 0, 1)[1] == place
    if ends and before and not re.search(r"[什怎这那多要甚]$", before):
        quality = _SURE if around.is_marked(place) else _LIKELY
        if around.stream.tokens[place].text == "嘛" and not around.is_marked(place):
            quality = _PERHAPS
        yield _asked(around, place, _yes_or_no(before), quality, back=6, onward=0)


def _by_ba(around: Around, place: int) -> Iterator[Asked]:
    """吧 asks after 对 and 是, after what the other is said to have done, or with a mark."""
    if around.clause(place, 0, 1)[1] != place:
        return
    before = around.before(place, _REACH)
    marked = around.is_marked(place)
    if re.search(r"(?:^|[^不])(?:对|是|没错|是这样)$", before):
        yield _asked(
            around, place, (CLOSED, CONFIRMATION), _SURE if marked else 0.95, back=6, onward=0
        )
    elif _AGREES.search(before):
        return
    elif marked or _STATES.search(before):
        yield _asked(
            around, place, (CLOSED, CONFIRMATION), 0.95 if marked else 0.8, back=6, onward=0
        )


def _by_ne(around: Around, place: int) -> Iterator[Asked]:
    before = around.before(place, _REACH)
    if around.clause(place, 0, 1)[1] == place and (around.is_marked(place) or _ITEM.search(before)):
        yield _asked(around, place, (OPEN,), 0.9, back=6, onward=0)


def _by_choice(around: Around, place: int) -> Iterator[Asked]:
    """A-not-A: 是不是, 有没有, 可不可以; and 了没有 at the end."""
    tokens = around.stream.tokens
    before = around.before(place, _REACH)
    after = around.after(place, 2)
    done = before.endswith("了") or re.search(r"你[^。]*[过了到好]", before) is not None
    if done and tokens[place].text == "没" and around.after(place, 3) in ("", "有"):
        yield _asked(around, place, (CLOSED,), _LIKELY, back=6, onward=1)
        return
    if not before or not after:
        return
    left, right = tokens[place - 1].text, tokens[place + 1].text
    doubled = left == right and is_han(left)
    if not doubled or (left in _NO_A and left not in ("是", "在")):
        return
    forms: tuple[Form, ...] = (CLOSED,)
    if left in "对是" and around.clause(place, 0, 3)[1] <= place + 2:
        forms = (CLOSED, CONFIRMATION)
    yield from _unless_embedded(around, place, forms, back=2, onward=6)


def _by_either(around: Around, place: int) -> Iterator[Asked]:
    """A choice between two with 还是."""
    after = around.after(place, 4)
    if not after.startswith("是") or after == "是" or _STILL.match(after[1:]):
        return
    before = around.before(place, _REACH)
    last = around.clause(place, 0, 6)[1]
    ends = last < place + 6
    # 还是有 may be "still has": only 是 before it makes it a choice for sure.
    plain = _EITHER if after[1:2] != "有" else _CHOSEN
    both = _EITHER_OF.search(before) is not None and around.stream.tokens[last].text == "的"
    if plain.search(before) or (ends and both):
        yield from _unless_embedded(around, place, (CLOSED,), back=6, onward=6, quality=0.8)
    elif ends and not _GOES_ON.search(before) and not _STILL_SO.match(after[1:]):
        yield from _unless_embedded(around, place, (CLOSED,), back=6, onward=6, quality=_PERHAPS)


def _by_whether(around: Around, place: int) -> Iterator[Asked]:
    """是否."""
    if around.before(place, 1) == "是":
        yield from _unless_embedded(around, place, (CLOSED,), back=1, onward=6)


def _unless_embedded(
    around: Around,
    place: int,
    forms: tuple[Form, ...],
    *,
    back: int,
    onward: int,
    quality: float = _LIKELY,
) -> Iterator[Asked]:
    marked = around.is_marked(place)
    if _embedded(around, place):
        if marked:
            yield _asked(around, place, forms, _PERHAPS, back=back, onward=onward)
        return
    yield _asked(around, place, forms, _SURE if marked else quality, back=back, onward=onward)


def _yes_or_no(before: str) -> tuple[Form, ...]:
    confirms = _RIGHT.search(before) is not None or _RESTATES.search(before) is not None
    return (CLOSED, CONFIRMATION) if confirms else (CLOSED,)


def _asked(
    around: Around,
    place: int,
    forms: tuple[Form, ...],
    quality: float,
    *,
    back: int,
    onward: int,
) -> Asked:
    first, last = around.clause(place, back, onward)
    return Asked(first, last, place, forms, quality)


_SIGNS: dict[str, Callable[[Around, int], Iterator[Asked]]] = {
    **dict.fromkeys(_WH_HEADS, _by_word),
    "请": _by_courtesy,
    "吗": _by_ma,
    "么": _by_me,
    "嘛": _by_me,
    "吧": _by_ba,
    "呢": _by_ne,
    "不": _by_choice,
    "没": _by_choice,
    "否": _by_whether,
    "还": _by_either,
}
"""What a token of a question shows, by the token."""
