"""Written dialogues in: the YAML form, plain text with a speaker to each line, and transcript lines (JSON).

Whatever is wrong with a file is said with its name, the line, and what to do; no file ends in a traceback.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qa.domain.dialogue import Dialogue, Simplified
from qa.domain.errors import DialogueInvalid
from qa.interop import dialogue_json, dialogue_plain, dialogue_yaml

MAX_BYTES = 2_000_000
"""Of a dialogue in YAML or plain text, and of a transcript line: twenty hours of talk."""

ENCODINGS = ("utf-8", "gb18030")

_HAN = range(0x3400, 0xA000)

Read = Iterator[Dialogue | DialogueInvalid]


def read(path: Path, *, encoding: str = "utf-8", simplified: Simplified | None = None) -> Read:
    """The dialogues of a file, in order, and an error in the place of each that cannot be read.

    The file's ending says what it holds: ``.yaml``, ``.jsonl`` or ``.json`` for transcript lines, anything
    else for plain text.

    Args:
        path: The file.
        encoding: One of ``ENCODINGS``.
        simplified: Puts Chinese into simplified characters, as the recogniser's text is.
    """
    if path.suffix.lower() in (".jsonl", ".json"):
        yield from _lines(path, encoding, simplified)
        return
    parse = (
        dialogue_yaml.parse if path.suffix.lower() in (".yaml", ".yml") else dialogue_plain.parse
    )
    try:
        yield parse(_text(path, encoding), path, simplified)
    except DialogueInvalid as error:
        yield error


def _lines(path: Path, encoding: str, simplified: Simplified | None) -> Read:
    """A dialogue for each line that is not empty."""
    found = False
    try:
        with path.open("rb") as file:
            number = 0
            while content := file.readline(MAX_BYTES + 1):
                number += 1
                where = f"{path}, line {number}"
                if len(content) > MAX_BYTES:
                    raise _too_large(where)
                if not content.strip():
                    continue
                found = True
                yield _line(content, where, f"{path.stem}-{number}", encoding, simplified)
    except OSError as error:
        yield DialogueInvalid(f"{path} cannot be read: {error.strerror}")
        return
    except DialogueInvalid as error:
        yield error
        return
    if not found:
        yield _empty(path)


def _line(
    content: bytes, where: str, fallback_id: str, encoding: str, simplified: Simplified | None
) -> Dialogue | DialogueInvalid:
    try:
        return dialogue_json.parse(
            _decoded(content, where, encoding), where, fallback_id, simplified
        )
    except DialogueInvalid as error:
        return error


def _text(path: Path, encoding: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DialogueInvalid(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise _too_large(str(path))
    text = _decoded(content, str(path), encoding)
    if not text.strip():
        raise _empty(path)
    return text


def _decoded(content: bytes, where: str, encoding: str) -> str:
    """Text of some bytes, without a byte-order mark and with one kind of line end."""
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise _not_utf_8(content, where) from error
        raise DialogueInvalid(
            f"{where} is not {encoding.upper()} text", hint="leave --encoding out for UTF-8"
        ) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _not_utf_8(content: bytes, where: str) -> DialogueInvalid:
    message = f"{where} is not UTF-8 text"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return DialogueInvalid(f"{message}: it is UTF-16", hint="save it as UTF-8")
    try:
        chinese = any(ord(character) in _HAN for character in content.decode("gb18030"))
    except UnicodeDecodeError:
        chinese = False
    if chinese:
        return DialogueInvalid(
            f"{message}; it reads as GB18030, as Chinese Windows writes it",
            hint="use --encoding gb18030, or save it as UTF-8",
        )
    return DialogueInvalid(message, hint="save it as UTF-8")


def _too_large(where: str) -> DialogueInvalid:
    return DialogueInvalid(
        f"{where} is larger than {MAX_BYTES} bytes",
        hint="a dialogue is one call; put each into a file of its own, or into a line of a .jsonl file",
    )


def _empty(path: Path) -> DialogueInvalid:
    return DialogueInvalid(
        f"{path} is empty", hint="write a line for each turn, such as `agent: Good morning`"
    )
