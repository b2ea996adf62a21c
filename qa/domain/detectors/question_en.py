"""Questions in English, told by the order of their words and not by a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.domain.detectors.clauses import Around, word_set
from qa.domain.detectors.matching import matches
from qa.domain.detectors.phrases import compile_phrases
from qa.domain.detectors.question_form import CLOSED, CONFIRMATION, OPEN, Asked

WH = frozenset(("what", "which", "when", "where", "why", "how", "who", "whose"))

_AUX = word_set(
    "is are was were am do does did have has had can could will would shall should may might"
)
_PERSONS = word_set("you i we")
_OTHERS = word_set("he she they it")
_SUBJECTS = (
    _PERSONS
    | _OTHERS
    | word_set(
        "that this there the your my our his her their these those any anyone anybody anything everyone everybody "
        "everything somebody someone all both either"
    )
)
_DETERMINERS = _SUBJECTS | word_set("a an not to if ever")
_NEVER_AS_NOUN = word_set("who when where why")
_DIRECT = word_set(
    "about else come happened happens seems brings brought makes made went for exactly not"
)
_DEGREES = word_set(
    "many much long often soon old far big quickly fast well bad late early frequently about come"
)
_LEADS = word_set(
    "so and but or okay right well now sorry thanks thank you please um uh er just alright great perfect good lovely "
    "hi hello then sir madam mr mrs ms yes yeah no oh ah also first actually sure morning afternoon evening "
    "may i ask got see my name is"
)

_REACH = 8

_SURE, _LIKELY, _PERHAPS = 1.0, 0.85, 0.55

_EMBEDS = re.compile(
    r" (?:know|knows|see|check|checking|understand|out|find|is|are|was|exactly|about|on|explain|explains|show|tell|"
    r"you|sure|of|to|that|them|matter|depends|with|from|for|by|me|remember|decide|wondering|than|the|say|says|"
    r"confirm|confirming|like|and that is|why|looking at|into|at|in|get|update|it) $"
)
_ASKS_TO_TELL = re.compile(
    r" (?:(?:can|could|would|will|do|did|may|might) (?:you|i|we)|able to|happen to|mind) (?:please |just |quickly )*"
    r"(?:tell|telling|ask|asking|know|remember|say|describe|explain|confirm|check|see|let me know|give me an idea|recall) "
    r"(?:me |us )?(?:exactly |about |of )?$"
)
_TELL = re.compile(r" (?:tell|remind|walk) me (?:exactly |again |through )?$")
_LETS = re.compile(r" (?:should|had|were) $")
_CONDITION = word_set("need have want require wish experience decide find run be get")
_NOT_ASKING = word_set("i we they he she it to who will would can could not let please must should")

_CONFIRMS = compile_phrases(
    "(is|was) (that|this|it) (all|) (right|correct|so|accurate|what you)",
    "am i (right|correct|understanding)",
    "(did|have) i (get|got|understand|understood|hear|heard) (that|it|you|this) (right|correctly|clearly)",
    "does that (sound|look) (right|correct|like)",
    "(is|was|are|were|do|does|did|have|has|can|will|would) not (it|you|he|she|they|that|we|i)$",
    "(right|correct|yes|yeah)?",
    "(so|you mean|you are saying|you said|you would like|you want) *?",
    "(do you|you) mean *?",
)
_TAGS = re.compile(r" (?:right|correct) $")
_NO_TAG = re.compile(
    r" (?:is|are|all|the|on|not|about|just|be|was|that|am|quite|you|yes|yeah|oh|okay|absolutely|is all|it|your|to) $"
)
_TAGGED_FROM = 5
_CLAIMS = re.compile(r" (?:you|it|that|this|he|she|they|we) [a-z]+ ")
"""A statement about something, which a tag may follow."""

_NO_AUX_TAG = _NOT_ASKING | _AUX | WH | word_set("so neither nor than as you if and or that")


def asked(around: Around, inner: frozenset[int]) -> Iterator[Asked]:
    """The signs of a question that stand among some tokens."""
    positions = around.stream.positions
    opened: set[int] = set()
    for word in WH:
        for place in positions.get(word, ()):
            if place in inner:
                for one in _by_word(around, place):
                    opened.update(range(one.first, one.last + 1))
                    yield one
    for word in _AUX:
        for place in positions.get(word, ()):
            if place in inner and place not in opened:
                yield from _by_inversion(around, place)
    yield from _confirmations(around, inner)


def _rest(around: Around, place: int, reach: int) -> Sequence[str]:
    return around.after(place, reach).split()


def _leads(around: Around, place: int) -> bool:
    """Whether a clause begins here, or with nothing but "so" and the like before."""
    tokens = around.stream.tokens
    first = place
    while not around.parts(first):
        if tokens[first - 1].text not in _LEADS:
            return False
        first -= 1
    return True


def _by_word(around: Around, place: int) -> Iterator[Asked]:
    word = around.stream.tokens[place].text
    rest = _rest(around, place, 6)
    before = around.before(place, _REACH)
    marked = around.is_marked(place)
    quality = 0.0
    if rest and (_ASKS_TO_TELL.search(before) or (_TELL.search(before) and _inside(word, rest))):
        quality = 0.95
    elif _inverted(word, rest):
        leads = _leads(around, place)
        needs_lead = word in ("who", "which", "where", "when") and rest[0] in _AUX
        aside = needs_lead and not leads and not _has_subject(rest)
        if leads:
            quality = _SURE if marked else 0.9
        elif aside or _EMBEDS.search(before):
            opens = len(before.split()) == 1 and before != " that "
            quality = (_LIKELY if opens else _PERHAPS) if marked else 0.0
        else:
            quality = _SURE if marked else 0.8
    elif marked and not rest:
        quality = _LIKELY
    elif marked and word == "which" and rest[0] in _AUX:
        quality = _PERHAPS
    if quality:
        yield _asked(around, place, quality)


def _asked(around: Around, place: int, quality: float) -> Asked:
    first, last = around.clause(place, 0, 6)
    return Asked(first, last, place, (OPEN,), quality)


def _inside(word: str, rest: Sequence[str]) -> bool:
    """Whether "tell me" asks for something, and is no "tell me when you are ready"."""
    return word not in ("when", "if") or rest[0] not in _PERSONS


def _inverted(word: str, rest: Sequence[str]) -> bool:
    """Whether a question word is followed as in a question: by a verb, before any subject."""
    if not rest:
        return False
    if rest[0] in _AUX:
        return word != "which"
    if rest[0] in _DIRECT and word in ("what", "how", "why", "who"):
        return True
    if word in _NEVER_AS_NOUN or (word == "how" and rest[0] not in _DEGREES):
        return False
    # What is asked for may stand between: "what order number is", "how many devices do".
    between = next((said for said in rest if said in _AUX or said in _DETERMINERS), "")
    if between:
        return between in _AUX
    return (word, rest[0]) in (("which", "one"), ("how", "many"))


def _has_subject(rest: Sequence[str]) -> bool:
    return len(rest) > 1 and rest[1] in _SUBJECTS


def _by_inversion(around: Around, place: int) -> Iterator[Asked]:
    verb = around.stream.tokens[place].text
    rest = _rest(around, place, 4)
    rest = rest[1:] if rest[:1] == ["not"] else rest
    marked = around.is_marked(place)
    if not rest or rest[0] not in _SUBJECTS or _states(verb, rest, marked=marked):
        return
    quality = 0.0
    if _leads(around, place):
        quality = _SURE if marked else 0.9
    elif _before(around, place) in _NOT_ASKING | WH:
        return
    elif rest[0] in _PERSONS and _pair(verb, rest[0]):
        quality = _SURE if marked else 0.8
    elif marked:
        quality = 0.7
    if quality:
        first, last = around.clause(place, 0, 8)
        yield Asked(first, last, place, (CLOSED,), quality)


def _before(around: Around, place: int) -> str:
    """The token before one in its sentence; empty where none is."""
    opens = around.stream.opens_sentence(place)
    return "" if opens else around.stream.tokens[place - 1].text


def _states(verb: str, rest: Sequence[str], *, marked: bool) -> bool:
    """Whether a verb before its subject asks nothing, as in "should you need", "so do I"."""
    if verb == "am" and rest[0] != "i":
        return True
    if verb in ("should", "had", "were") and len(rest) > 1 and rest[1] in _CONDITION:
        return not marked or verb == "should"
    possesses = verb in ("have", "has", "had") and rest[0] not in _PERSONS | _OTHERS
    return not marked and (possesses or len(rest) == 1)


def _pair(verb: str, person: str) -> bool:
    """Whether a verb before a person asks, wherever it stands: "do you", "may I", "can we"."""
    if person == "you":
        return verb in ("do", "did", "are", "were", "can", "could", "would", "will", "have")
    if person == "i":
        return verb in ("may", "can", "could", "shall", "should", "did")
    return verb in ("can", "could", "shall", "should")


def _confirmations(around: Around, inner: frozenset[int]) -> Iterator[Asked]:
    stream = around.stream
    for match in matches(_CONFIRMS, stream, sounds=None, starts=sorted(inner)):
        marked = around.is_marked(match.first)
        quality = _SURE if marked else _LIKELY
        yield Asked(match.first, match.last, match.first, (CLOSED, CONFIRMATION), quality)
    for word in ("right", "correct"):
        for place in stream.positions.get(word, ()):
            if place not in inner or not stream.closes_sentence(place):
                continue
            before = around.before(place, _TAGGED_FROM)
            if len(before.split()) >= _TAGGED_FROM and not _NO_TAG.search(before):
                quality = _SURE if around.is_marked(place) else 0.75
                first, _ = around.clause(place, _TAGGED_FROM, 0)
                yield Asked(first, place, place, (CLOSED, CONFIRMATION), quality)
            elif _CLAIMS.search(before) and (around.parts(place) or not _NO_TAG.search(before)):
                yield _tag(around, place, place, 0.75 if around.parts(place) else _PERHAPS)
    for word in _AUX:
        for place in stream.positions.get(word, ()):
            if place in inner:
                yield from _aux_tags(around, place)


def _aux_tags(around: Around, place: int) -> Iterator[Asked]:
    """A verb and its person at the end of a statement, as in "it stopped, did it"."""
    rest = _rest(around, place, 3)
    person = rest[-1] if rest and rest[:-1] in ([], ["not"]) else ""
    before = around.before(place, 2 * _REACH).split()
    if person not in _PERSONS | _OTHERS or len(before) <= 1 or before[-1] in _NO_AUX_TAG:
        return
    agrees, apart = person in before, around.parts(place)
    if agrees or apart:
        yield _tag(around, place, place + len(rest), 0.75 if agrees and apart else _PERHAPS)


def _tag(around: Around, place: int, last: int, quality: float) -> Asked:
    first = around.clause(place - 1, _TAGGED_FROM, 0)[0]
    sure = _SURE if around.is_marked(place) else quality
    return Asked(first, last, place, (CLOSED, CONFIRMATION), sure)
