"""Whether somebody says that the call is put through to somebody else, who then is a third voice."""

from __future__ import annotations

from collections.abc import Sequence

from qa.domain.call import Role
from qa.domain.detectors.matching import matches
from qa.domain.detectors.phrases import compile_phrases
from qa.domain.detectors.text import stream_of
from qa.domain.transcript import Turn, Word

_PHRASES = compile_phrases(
    "转接",
    "(转|接)(到|给|通|至)*(同事|专员|部门|主管|经理|人工|客服|技术|售后|坐席|那边|部|组|科|中心)",
    "(电话|通话|来电)转",
    "(帮|给|为|替)您转(过去|一下|到那边)",
    "(transfer|transferring|connect|connecting) you (to|through|over|on|across|with)",
    "(put|putting|pass|passing|get|getting) you (to|through|over|on|across)",
    "transfer (the|this|your) call",
    "(hand|handing) you (over|to)",
)


def says_transfer(words: Sequence[Word]) -> bool:
    """Whether the words of a call, in time order, announce a transfer; who says it is not asked."""
    return transferred_at(words) is not None


def transferred_at(words: Sequence[Word]) -> float | None:
    """When the last announcement of a transfer ends, seconds; ``None`` where there is none."""
    if not words:
        return None
    turn = Turn(Role.UNKNOWN, words[0].start_s, words[-1].end_s, "", tuple(words))
    stream = stream_of((turn,))
    return max(
        (stream.tokens[one.last].end_s for one in matches(_PHRASES, stream, sounds=None)),
        default=None,
    )
