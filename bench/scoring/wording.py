"""Other wordings of a dialogue that must not change a verdict: names, genders, spelling, the company.

Each is a seeded table look-up. What is swapped is looked for as people write it in service calls; a name
that no pattern finds stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import cycle
from random import Random

from bench.scoring.golden import Telling
from qa.domain.dialogue import Dialogue

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤尤管骆鹿"
"""Chinese surnames that are looked for; the first hundred cover most people."""

OTHER_SURNAMES = (
    "欧阳",
    "上官",
    "司马",
    "买",
    "阿",
    "图",
    "黄",
    "谷",
    "明",
    "时",
    "安",
    "平",
    "满",
    "高",
)
"""What they become: two characters, minorities' names, and names that are words of their own."""

FIRST_NAMES = (
    "Oluwaseun", "Priya", "Wei", "Mohammed", "Siobhan", "Dmitri", "Aaliyah", "José", "Nguyen", "Kwame", "Ingrid",
    "Fatima", "Grace", "Will", "Mark", "Rose", "Björn", "Xiulan", "Latoya", "Hank",
)  # fmt: skip
"""What English names become: of many origins, and some that are words of their own."""

COMPANIES: Sequence[tuple[str, str]] = (
    ("海棠电器", "Brightwater"),
    ("远航保险", "Kestrel Mutual"),
    ("银杏优选", "Oakline"),
    ("北斗出行", "Halden and Moore"),
)
"""What 云帆科技 and Northwind become."""

OWN_COMPANY = ("云帆科技", "Northwind")

_TITLES = "先生|女士|小姐|阿姨|叔叔|大哥|大姐|师傅|老师|经理|总"
_CHINESE_NAME = re.compile(
    rf"(?P<before>姓|我是小|我叫小|客服小|专员小|顾问小|座席小)?(?<!谢)(?P<name>[{SURNAMES}])"
    rf"(?(before)(?=[，。！？、,]|{_TITLES}|$)|(?={_TITLES}))"
)
_ENGLISH_NAME = re.compile(
    r"(?:\b(?:[Mm]y name(?:'s| is)|[Yy]ou're (?:through to|speaking (?:with|to))|I'm|[Tt]his is|[Ii]t's"
    r"|Mr|Mrs|Ms|Miss|Hi|Hello|Thank you|Thanks),? (?P<after>[A-Z][a-zé]+)\b"
    r"|\b(?P<before>[A-Z][a-zé]+) (?:speaking|here)\b|, (?P<closing>[A-Z][a-zé]+)[.?!])"
)
_NO_NAMES = frozenset(
    {
        *("Northwind", "Mr", "Mrs", "Ms", "Miss", "Sir", "Madam", "Okay", "Ok", "Yes", "No", "Thanks", "Thank"),
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February"),
        *("March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
        *("English", "Chinese", "British", "American", "Christmas", "Easter"),
    }
)  # fmt: skip

_GENDERS = (
    ("先生", "女士"), ("小姐", "先生"), ("大哥", "大姐"), ("阿姨", "叔叔"), ("帅哥", "美女"), ("老公", "老婆"),
    ("爸爸", "妈妈"), ("儿子", "女儿"),
    ("sir", "madam"), ("ma'am", "sir"), ("mr", "ms"), ("mrs", "mr"),
    ("husband", "wife"), ("son", "daughter"), ("mum", "dad"), ("mom", "dad"), ("mother", "father"),
    ("brother", "sister"), ("gentleman", "lady"), ("he", "she"), ("he's", "she's"), ("his", "her"),
)  # fmt: skip
"""A word and what it becomes; where the second has no entry of its own it becomes the first."""

_SPELLING = (
    ("apologise", "apologize"), ("organise", "organize"), ("realise", "realize"), ("recognise", "recognize"),
    ("colour", "color"), ("favour", "favor"), ("centre", "center"), ("cancelled", "canceled"),
    ("travelling", "traveling"), ("programme", "program"), ("enquiry", "inquiry"), ("mum", "mom"),
    ("licence", "license"), ("grey", "gray"), ("okay", "ok"),
    ("alright", "all right"), ("apologising", "apologizing"), ("honour", "honor"), ("fulfil", "fulfill"),
)  # fmt: skip
"""British and American, each becoming the other."""

_DIALECT_ENGLISH = (
    (r"\b(\w{2,}[a-z])ing\b", r"\1in'"), (r"\bgoing to\b(?= \w)", "gonna"), (r"\bwant to\b", "wanna"),
    (r"\bthem\b", "'em"), (r"\byou all\b", "y'all"), (r"\bkind of\b", "kinda"), (r"\bisn't\b", "ain't"),
    (r"\bbecause\b", "'cause"),
)  # fmt: skip
_NO_GERUNDS = frozenset(
    {"thing", "something", "anything", "everything", "nothing", "morning", "evening", "bring"}
)
_DIALECT_CHINESE = (
    ("什么", "啥"), ("怎么", "咋"), ("这儿", "这里"), ("哪儿", "哪里"), ("那儿", "那里"), ("一会儿", "一会"),
    ("一点儿", "一点"), ("现在", "这会儿"), ("事情", "事儿"), ("知道", "晓得"),
)  # fmt: skip

Variant = Callable[[Dialogue, Random], Telling]
"""Makes one other telling of a dialogue."""


def names(dialogue: Dialogue, rng: Random) -> Telling:
    """Everybody has another name, the same one throughout."""
    text = [turn.text for turn in dialogue.transcript.turns]
    chinese = _others(_chinese_names(text), OTHER_SURNAMES, rng)
    english = _others(_english_names(text), FIRST_NAMES, rng)

    def telling(said: str) -> str:
        said = _CHINESE_NAME.sub(
            lambda found: (found["before"] or "") + chinese.get(found["name"], found["name"]), said
        )
        return _words_swapped(said, english)

    return telling


def genders(dialogue: Dialogue, rng: Random) -> Telling:
    """Everybody is of the other sex, as far as words say so."""
    del dialogue, rng
    return lambda said: _swapped(said, _GENDERS)


def spelling(dialogue: Dialogue, rng: Random) -> Telling:
    """Chinese in traditional characters; American English where it was British, and the other way about."""
    del rng
    from opencc import OpenCC

    traditional = OpenCC("s2t")
    if dialogue.transcript.language == "zh":
        return lambda said: str(traditional.convert(said))
    return lambda said: _swapped(said, _SPELLING)


def dialect(dialogue: Dialogue, rng: Random) -> Telling:
    """Words as they are written down where the accent is: 啥 for 什么, "gonna" for "going to"."""
    del rng
    if dialogue.transcript.language == "zh":
        return lambda said: _replaced_plainly(said, _DIALECT_CHINESE)
    return _drawled


def company(dialogue: Dialogue, rng: Random, names_of: tuple[str, str]) -> Telling:
    """The company has another name, which the settings know."""
    del dialogue, rng
    pairs = tuple(zip(OWN_COMPANY, names_of, strict=True))
    return lambda said: _replaced_plainly(said, pairs)


def _chinese_names(texts: Iterable[str]) -> set[str]:
    return {found["name"] for text in texts for found in _CHINESE_NAME.finditer(text)}


def _english_names(texts: Iterable[str]) -> set[str]:
    found = {
        next(name for name in match.group("after", "before", "closing") if name)
        for text in texts
        for match in _ENGLISH_NAME.finditer(text)
    }
    return found - _NO_NAMES


def _others(names_there: Iterable[str], others: Sequence[str], rng: Random) -> dict[str, str]:
    """Another name for each, no two the same while there are enough."""
    return dict(zip(sorted(names_there), cycle(rng.sample(others, len(others))), strict=False))


def _words_swapped(said: str, by: Mapping[str, str]) -> str:
    if not by:
        return said
    return re.sub(rf"\b({'|'.join(map(re.escape, by))})\b", lambda found: by[found[0]], said)


def _swapped(said: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Each word of a pair becomes the other, in capitals as it was."""
    by = {new: old for old, new in reversed(pairs)} | dict(pairs)
    words = sorted(by, key=len, reverse=True)
    either = "|".join(
        re.escape(word) if word > "㐀" else rf"(?<![\w']){re.escape(word)}(?![\w'])"
        for word in words
    )
    return re.sub(
        either, lambda found: _cased(by[found[0].lower()], found[0]), said, flags=re.IGNORECASE
    )


def _replaced_plainly(said: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        said = said.replace(old, new)
    return said


def _drawled(said: str) -> str:
    for pattern, new in _DIALECT_ENGLISH:
        said = re.sub(pattern, partial(_drawl, new), said, flags=re.IGNORECASE)
    return said


def _drawl(new: str, found: re.Match[str]) -> str:
    if found[0].lower() in _NO_GERUNDS:
        return found[0]
    return _cased(found.expand(new), found[0])


def _cased(new: str, old: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
