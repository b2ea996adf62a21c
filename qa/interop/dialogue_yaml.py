"""Dialogues in YAML: a call written to test a rubric, with what is known of it and what is expected.

``docs/workbench.md`` describes the form. Values are read as they are written: a number or a ``yes`` that is
said is text, and each fault is named with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.dialogue import Dialogue, Simplified, WrittenTurn, written_call
from qa.domain.errors import DialogueInvalid
from qa.domain.scorecard import Outcome

KEYS = ("id", "language", "about", "rubric", "record", "timed", "turns", "expected")
RECORD_KEYS = (
    "agent_id",
    "customer_number",
    "direction",
    "ring_seconds",
    "rings",
    "ended_by",
    "queue",
    "attributes",
)

LONGEST_S = 3600.0
"""Of a hold or a cut-in."""

_SPEAKERS = {"agent": Role.AGENT, "customer": Role.CUSTOMER}
_TURN_KEYS = (*_SPEAKERS, "hold", "cuts_in_s")
_QUOTES = "put what is said in quotes where it holds `: ` or ` #`, or begins with a mark"

_Choice = TypeVar("_Choice", Direction, EndedBy, Outcome)


MAX_DEPTH = 20
"""Mappings and lists within one another; a dialogue needs four."""


class _Loader(yaml.SafeLoader):
    """The safe loader, without aliases and without end to its depth: both can be grown beyond all bounds."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases are not used here", event)
        if self._depth > MAX_DEPTH:
            raise _refusal(f"nested more than {MAX_DEPTH} deep", event)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _refusal(problem: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def parse(text: str, path: Path, simplified: Simplified | None = None) -> Dialogue:
    """The dialogue of a YAML text. Raises ``DialogueInvalid`` naming the line."""
    return _Form(path).dialogue(_composed(text, path), simplified)


def _composed(text: str, path: Path) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise DialogueInvalid(f"{path}{where}: {error.problem}", hint=_QUOTES) from error
    except yaml.reader.ReaderError as error:
        raise DialogueInvalid(
            f"{path} holds a character that YAML does not take (at {error.position})",
            hint="take the control character out",
        ) from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise DialogueInvalid(f"{path} is not YAML that can be read", hint=_QUOTES) from error
    if node is None:
        raise DialogueInvalid(f"{path} is empty", hint="write `turns:` and a line for each turn")
    return node


@dataclass(slots=True)
class _Turns:
    """The turns read so far, and the silence since the last."""

    turns: list[WrittenTurn]
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Form:
    """Reads the nodes of one file."""

    path: Path

    def dialogue(self, root: yaml.Node, simplified: Simplified | None) -> Dialogue:
        """The whole file."""
        fields = self._fields(root, KEYS)
        if "turns" not in fields:
            self._refuse(root, "`turns` is missing", "write `turns:` and a line for each turn")
        dialogue_id = self._text(fields["id"]) if "id" in fields else self.path.stem
        if dialogue_id != self.path.stem:
            self._refuse(
                fields["id"],
                f"its id is `{dialogue_id}`",
                f"name the file {dialogue_id}{self.path.suffix}, or give it the id `{self.path.stem}`",
            )
        language = self._language(fields["language"]) if "language" in fields else None
        timed = self._yes(fields["timed"]) if "timed" in fields else False
        said = self._turns(fields["turns"], timed=timed)
        transcript, signals = written_call(
            said.turns,
            language=language,
            timed=timed,
            after_s=said.pause_s,
            simplified=simplified,
        )
        return Dialogue(
            id=dialogue_id,
            source=str(self.path),
            record=self._record(fields.get("record"), dialogue_id, language),
            transcript=transcript,
            signals=signals,
            timed=timed,
            about=self._text(fields["about"]) if "about" in fields else "",
            rubric=self._text(fields["rubric"]) if "rubric" in fields else None,
            expected=self._expected(fields.get("expected")),
        )

    def _record(self, node: yaml.Node | None, call_id: str, language: str | None) -> CallRecord:
        fields = {} if node is None else self._fields(node, RECORD_KEYS)

        def text(key: str) -> str | None:
            return self._text(fields[key]) if key in fields else None

        def number(key: str) -> float | None:
            return self._number(fields[key]) if key in fields else None

        rings = number("rings")
        return CallRecord(
            call_id=call_id,
            agent_id=text("agent_id"),
            customer_number=text("customer_number"),
            direction=self._choice(fields.get("direction"), Direction, Direction.UNKNOWN),
            ring_seconds=number("ring_seconds"),
            rings=None if rings is None else int(rings),
            ended_by=self._choice(fields.get("ended_by"), EndedBy, EndedBy.UNKNOWN),
            queue=text("queue"),
            language=language,
            attributes=self._attributes(fields.get("attributes")),
        )

    def _attributes(self, node: yaml.Node | None) -> dict[str, str]:
        if node is None:
            return {}
        return {key: self._text(value) for key, value in self._fields(node, None).items()}

    def _expected(self, node: yaml.Node | None) -> dict[str, Outcome]:
        if node is None:
            return {}
        return {
            criterion: self._choice(value, Outcome, None)
            for criterion, value in self._fields(node, None).items()
        }

    # --- turns ---------------------------------------------------------------------------------

    def _turns(self, node: yaml.Node, *, timed: bool) -> _Turns:
        if not isinstance(node, yaml.SequenceNode):
            self._refuse(
                node, "`turns` is no list", "begin each turn with `- agent:` or `- customer:`"
            )
        said = _Turns([])
        for item in node.value:
            fields = self._fields(item, _TURN_KEYS)
            for key in ("hold", "cuts_in_s"):
                if key in fields and not timed:
                    self._refuse(
                        fields[key], f"`{key}` counts only in a timed dialogue", "add `timed: true`"
                    )
            if "hold" in fields:
                if len(fields) > 1:
                    self._refuse(item, "a hold is no turn", "give it a line of its own")
                said.pause_s += self._seconds(fields["hold"])
            else:
                said.turns.append(self._turn(item, fields, said))
                said.pause_s = 0.0
        if not said.turns:
            self._refuse(node, "there are no turns", "write a line for each turn")
        return said

    def _turn(self, item: yaml.Node, fields: Mapping[str, yaml.Node], said: _Turns) -> WrittenTurn:
        named = [key for key in _SPEAKERS if key in fields]
        if len(named) != 1:
            self._refuse(
                item,
                "a turn has one speaker",
                "write `agent:` or `customer:`, and a turn for each of them",
            )
        speaker = _SPEAKERS[named[0]]
        text = self._text(fields[named[0]])
        cuts_in_s = self._seconds(fields["cuts_in_s"]) if "cuts_in_s" in fields else 0.0
        if cuts_in_s and (not said.turns or said.turns[-1].speaker is speaker or said.pause_s > 0):
            self._refuse(
                fields["cuts_in_s"],
                "there is nobody to talk over",
                "`cuts_in_s` stands at a turn that follows right on one of the other party",
            )
        return WrittenTurn(speaker, text, pause_s=said.pause_s, cuts_in_s=cuts_in_s)

    # --- values --------------------------------------------------------------------------------

    def _fields(self, node: yaml.Node, known: Iterable[str] | None) -> dict[str, yaml.Node]:
        """A mapping's values by key; ``known`` are the keys it may have, ``None`` for any."""
        if not isinstance(node, yaml.MappingNode):
            self._refuse(node, "keys and values are expected here", "write `key: value`")
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self._text(key_node)
            if known is not None and key not in known:
                near = get_close_matches(key, list(known), n=1, cutoff=0.5)
                hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
                self._refuse(key_node, f"`{key}` is not known here", hint)
            if key in found:
                self._refuse(key_node, f"`{key}` is given twice", "take one of them out")
            found[key] = value
        return found

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._refuse(node, "text is expected here", _QUOTES)
        # Half of a surrogate pair can be escaped in YAML, and no file can hold it.
        written = str(node.value).encode("utf-8", "replace").decode("utf-8")
        text = " ".join(written.split())
        if not text:
            self._refuse(node, "it is empty", "write what belongs there, or take the key out")
        return text

    def _number(self, node: yaml.Node) -> float:
        text = self._text(node)
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not (isfinite(number) and number >= 0):
            self._refuse(node, f"`{text}` is no number", "write a number that is not below 0")
        return number

    def _seconds(self, node: yaml.Node) -> float:
        seconds = self._number(node)
        if not 0 < seconds <= LONGEST_S:
            self._refuse(
                node, f"{seconds:g} s cannot be", f"write seconds above 0, at most {LONGEST_S:g}"
            )
        return seconds

    def _yes(self, node: yaml.Node) -> bool:
        text = self._text(node).lower()
        if text not in ("true", "false", "yes", "no"):
            self._refuse(node, f"`{text}` is neither true nor false", "write true or false")
        return text in ("true", "yes")

    def _language(self, node: yaml.Node) -> str:
        text = self._text(node).lower()
        if text not in ("zh", "en"):
            self._refuse(node, f"`{text}` is no language that is scored", "write zh or en")
        return text

    def _choice(
        self, node: yaml.Node | None, kinds: type[_Choice], unset: _Choice | None
    ) -> _Choice:
        if node is None and unset is not None:
            return unset
        if node is None:
            raise ValueError("a choice without a value needs one for when it is not set")
        text = self._text(node).lower()
        if text not in {str(kind) for kind in kinds}:
            self._refuse(
                node,
                f"`{text}` cannot stand here",
                f"write one of {', '.join(str(kind) for kind in kinds)}",
            )
        return kinds(text)

    def _refuse(self, node: yaml.Node, fault: str, hint: str) -> NoReturn:
        raise DialogueInvalid(f"{self.path}, line {node.start_mark.line + 1}: {fault}", hint=hint)
