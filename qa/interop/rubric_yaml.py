"""Rubric YAML in: safe loading, the JSON Schema, and the checks that a schema cannot make."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from qa.domain.detectors.base import Detector
from qa.domain.detectors.registry import PhraseInvalid, build
from qa.domain.errors import RubricInvalid, RubricNotFound
from qa.domain.rubric import Criterion, Rubric, Section
from qa.domain.scorecard import Outcome, RubricRef
from qa.domain.wording import Text
from qa.services.rubrics import RubricSource

DEFAULT_MIN_CONFIDENCE = 0.6
MAX_BYTES = 1_000_000
"""A rubric is a page or two; a larger file is something else."""

_SUFFIX = ".yaml"


class Folders:
    """Rubrics by id: the site's own folder first, then the ones that ship (a ``RubricShelf``)."""

    def __init__(self, rubric_dir: Path | None = None) -> None:
        self._rubric_dir = rubric_dir

    def ids(self) -> tuple[str, ...]:
        """Ids of all rubrics, in alphabetical order. A file's name is its rubric's id."""
        return tuple(sorted(_files(self._rubric_dir)))

    def get(self, rubric_id: str) -> RubricSource:
        """One rubric. Raises ``RubricNotFound`` or ``RubricInvalid``."""
        return load(find(rubric_id, self._rubric_dir))


def find(rubric_id: str, rubric_dir: Path | None = None) -> Path:
    """A rubric's file, looked for in the site's own folder and then among those that ship.

    Raises:
        RubricNotFound: No file has its name.
    """
    files = _files(rubric_dir)
    if rubric_id not in files:
        raise RubricNotFound(f"there is no rubric `{rubric_id}`", hint=_nearest(rubric_id, files))
    return files[rubric_id]


def load(path: Path) -> RubricSource:
    """A rubric file. Raises ``RubricInvalid`` naming the file and the place in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RubricInvalid(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise RubricInvalid(f"{path} is larger than {MAX_BYTES} bytes", hint="this is no rubric")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RubricInvalid(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error
    rubric = parse(text, name=str(path))
    if rubric.ref.id != path.stem:
        raise RubricInvalid(
            f"{path}: its id is `{rubric.ref.id}`",
            hint=f"name the file {rubric.ref.id}{_SUFFIX}, or give it the id `{path.stem}`",
        )
    return RubricSource(rubric, text)


def parse(text: str, *, name: str = "the rubric") -> Rubric:
    """A rubric's YAML text.

    Args:
        text: The YAML.
        name: What an error calls it, such as the file's path.

    Raises:
        RubricInvalid: The text is not YAML, breaks the schema or contradicts itself.
    """
    document = _document(text, name)
    _check_schema(document, name)
    _check_sense(document, name)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return _rubric(document, RubricRef(document["id"], document["version"], sha256), name)


def _files(rubric_dir: Path | None) -> dict[str, Path]:
    """Rubric files by id; a site's own file hides one of the same name that ships."""
    folders = [Path(str(resources.files("rubrics"))), *([rubric_dir] if rubric_dir else [])]
    return {file.stem: file for folder in folders for file in sorted(folder.glob(f"*{_SUFFIX}"))}


# --- YAML --------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """The safe loader, without two of YAML's traps: a key given twice, and aliases."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None,
                None,
                "aliases are not used in rubrics; name a detector and `use` it",
                event.start_mark,
            )
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - the parent's signature
    ) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"`{name}` is given twice", key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


def _document(text: str, name: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise RubricInvalid(f"{name}{where}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RubricInvalid(f"{name} is not YAML that can be read") from error


# --- schema ------------------------------------------------------------------------------------


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of rubrics."""
    text = (resources.files("rubrics") / "schema" / "rubric.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def _check_schema(document: Any, name: str) -> None:
    error = best_match(Draft202012Validator(schema()).iter_errors(document))
    if error is None:
        return
    where = _where(document, list(error.absolute_path))
    raise RubricInvalid(f"{name}: {where}: {_fault(error)}", hint=_advice(error))


def _where(document: Any, path: Sequence[str | int]) -> str:
    """A place as a reader finds it: criteria and sections by their ids."""
    parts: list[str] = []
    node = document
    for step in path:
        node = node[step]
        if isinstance(step, int) and isinstance(node, Mapping) and "id" in node:
            parts.append(str(node["id"]))
        else:
            parts.append(str(step))
    return " > ".join(parts) or "the file"


def _fault(error: ValidationError) -> str:
    rule: Any = error.validator_value
    if error.validator == "additionalProperties":
        return f"`{'`, `'.join(_strangers(error))}` is not known here"
    if error.validator == "required":
        instance: Any = error.instance
        missing = [key for key in rule if key not in instance]
        return f"`{missing[0]}` is missing"
    if error.validator == "anyOf":
        choices = [choice["required"][0] for choice in rule]
        return f"one of `{'`, `'.join(choices)}` is missing"
    if error.validator == "type" and error.instance is None:
        return "it is empty"
    return str(error.message)


def _advice(error: ValidationError) -> str:
    if error.validator != "additionalProperties":
        return ""
    known = sorted(_known(error))
    near = [get_close_matches(key, known, n=1, cutoff=0.5) for key in _strangers(error)]
    if near and near[0]:
        return f"did you mean `{near[0][0]}`?"
    return f"known here: {', '.join(known)}"


def _strangers(error: ValidationError) -> list[str]:
    instance: Any = error.instance
    return [str(key) for key in instance if key not in _known(error)]


def _known(error: ValidationError) -> Mapping[str, Any]:
    rules: Any = error.schema
    known: Mapping[str, Any] = rules.get("properties", {})
    return known


# --- sense -------------------------------------------------------------------------------------


def _check_sense(document: Mapping[str, Any], name: str) -> None:
    for what in ("sections", "criteria"):
        counts = Counter(part["id"] for part in document[what])
        twice = [each for each, count in counts.items() if count > 1]
        if twice:
            raise RubricInvalid(f"{name}: {what}: the id `{twice[0]}` is used twice")
    sections = {section["id"] for section in document["sections"]}
    for criterion in document["criteria"]:
        if criterion["section"] not in sections:
            raise RubricInvalid(
                f"{name}: {criterion['id']} > section: there is no section `{criterion['section']}`",
                hint=_nearest(criterion["section"], sections),
            )
        if "when_absent" in criterion and "pass_if" not in criterion:
            raise RubricInvalid(
                f"{name}: {criterion['id']} > when_absent: it speaks of a `pass_if` that is not there",
                hint="without `pass_if`, finding nothing is a pass",
            )


def _nearest(word: str, known: Iterable[str]) -> str:
    known = sorted(known)
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"


# --- building ----------------------------------------------------------------------------------


def _rubric(document: Mapping[str, Any], ref: RubricRef, name: str) -> Rubric:
    named: Mapping[str, Any] = document.get("detectors", {})
    for detector_id, spec in named.items():
        _detector(spec, named, f"{name}: detectors > {detector_id}", (detector_id,))
    default = document.get("min_confidence", DEFAULT_MIN_CONFIDENCE)
    return Rubric(
        ref,
        Text(**document["title"]),
        tuple(Section(section["id"], Text(**section["title"])) for section in document["sections"]),
        tuple(_criterion(fields, named, default, name) for fields in document["criteria"]),
    )


def _criterion(
    fields: Mapping[str, Any], named: Mapping[str, Any], min_confidence: float, name: str
) -> Criterion:
    applies, passes, fails = (
        _detector(fields[step], named, f"{name}: {fields['id']} > {step}")
        if step in fields
        else None
        for step in ("applies_if", "pass_if", "fail_if")
    )
    return Criterion(
        id=fields["id"],
        section=fields["section"],
        title=Text(**fields["title"]),
        standard=Text(**fields["standard"]),
        example=Text(**fields["example"]),
        points=float(fields["points"]),
        critical=fields.get("critical", False),
        applies_if=applies,
        pass_if=passes,
        fail_if=fails,
        when_absent=Outcome(fields.get("when_absent", "fail")),
        min_confidence=float(fields.get("min_confidence", min_confidence)),
    )


def _detector(
    spec: Mapping[str, Any], named: Mapping[str, Any], where: str, inside: tuple[str, ...] = ()
) -> Detector:
    try:
        return build(_resolved(spec, named, where, inside))
    except PhraseInvalid as error:
        raise RubricInvalid(f"{where}: {error}") from error


def _resolved(spec: Any, named: Mapping[str, Any], where: str, inside: tuple[str, ...]) -> Any:
    """A detector's description with every ``use`` replaced by what it names."""
    if isinstance(spec, list):
        return [_resolved(part, named, where, inside) for part in spec]
    if not isinstance(spec, Mapping):
        return spec
    if "use" not in spec:
        return {key: _resolved(value, named, where, inside) for key, value in spec.items()}
    wanted = spec["use"]
    if wanted not in named:
        raise RubricInvalid(
            f"{where}: there is no detector `{wanted}`",
            hint=_nearest(wanted, named) if named else "name it under `detectors`",
        )
    if wanted in inside:
        raise RubricInvalid(f"{where}: the detector `{wanted}` uses itself")
    return _resolved(named[wanted], named, where, (*inside, wanted))
