"""Whatever a file holds, it is read as a dialogue or refused with a message, and never ends otherwise."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid
from qa.interop.dialogue import read

_SPEAKER = st.sampled_from(
    ["agent: ", "customer：", "坐席：", "[00:01] 客户: ", "[9e9] agent:", "  ", "#"]
)
_PLAIN = st.lists(st.tuples(_SPEAKER, st.text(max_size=12)).map("".join), max_size=6).map("\n".join)
_YAML = st.recursive(
    st.text(max_size=8)
    | st.sampled_from(["agent: x", "hold: 3", "&a [*a]", "!!python/none x", "1e999"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "turns:\n" + "\n- ".join(parts)),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    content=st.one_of(
        st.text().map(str.encode), st.binary(), _PLAIN.map(str.encode), _YAML.map(str.encode)
    ),
    ending=st.sampled_from(["txt", "yaml", "jsonl"]),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
@example(b'turns: [{agent: "\\ud800"}]', "yaml", "utf-8")
@example(b'turns: [{agent: "\\UFFFFFFFF"}]', "yaml", "utf-8")
@example(b'{"turns": [{"speaker": "agent", "text": "\\ud800"}]}', "jsonl", "utf-8")
@example(
    b'{"turns": [{"speaker": "agent", "text": "x", "start_s": NaN, "end_s": 1}]}', "jsonl", "utf-8"
)
@example(b"[" * 5000, "jsonl", "utf-8")
@example(b"[" * 5000, "yaml", "utf-8")
@example(b"agent: \xe2\x80\xa6", "txt", "utf-8")
def test_any_file_is_a_dialogue_or_a_fault_that_names_it(
    content: bytes, ending: str, encoding: str
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"call.{ending}"
        path.write_bytes(content)
        found = list(read(path, encoding=encoding))
    assert found
    for each in found:
        if isinstance(each, DialogueInvalid):
            assert str(path) in each.message
        else:
            assert isinstance(each, Dialogue)
            assert all(turn.words for turn in each.transcript.turns)
            starts = [turn.start_s for turn in each.transcript.turns]
            assert all(before <= after for before, after in pairwise(starts))
            "".join(turn.text for turn in each.transcript.turns).encode()
