"""Rubric files: where they lie, and how a file becomes a rubric."""

from __future__ import annotations

import hashlib
from functools import partial
from importlib import resources
from pathlib import Path

from qa.domain.errors import RubricInvalid, RubricNotFound
from qa.domain.rubric import Rubric
from qa.interop.rubric_yaml import building, extends
from qa.interop.rubric_yaml.document import Node, fault, read
from qa.interop.rubric_yaml.schema import check_form, nearest
from qa.services.rubrics import RubricSource

MAX_BYTES = 400_000
"""A rubric is a few pages; a larger file is something else, and would take long to read."""

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
        raise RubricNotFound(f"there is no rubric `{rubric_id}`", hint=nearest(rubric_id, files))
    return files[rubric_id]


def load(path: Path) -> RubricSource:
    """A rubric file, with what it inherits from the rubrics beside it and from those that ship.

    The text of one that ``extends`` another is the whole rubric written out, that of any other the file's own.

    Raises:
        RubricInvalid: It cannot be used; the message names the file, the line, the column and the reason.
    """
    text = _text(path)
    return _source(_named(path, text), text, path.parent)


def written(path: Path) -> Node:
    """The document of a rubric file with what it inherits, each value with its place.

    Raises:
        RubricInvalid: It cannot be read, or breaks the schema.
    """
    return extends.whole(_named(path, _text(path)), partial(_parent, path.parent))


def parse(text: str, *, name: str = "the rubric") -> Rubric:
    """A rubric's YAML text; what it ``extends`` is looked for among the rubrics that ship.

    Args:
        text: The YAML.
        name: What an error calls it, such as the file's path.

    Raises:
        RubricInvalid: The text is not YAML, breaks the schema or contradicts itself.
    """
    return _source(_formed(text, name), text, None).rubric


def _source(document: Node, text: str, folder: Path | None) -> RubricSource:
    if "extends" in document.fields:
        document = extends.whole(document, partial(_parent, folder))
        text = extends.text_of(document)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return RubricSource(building.rubric(document, sha256), text)


def _parent(folder: Path | None, rubric_id: str) -> Node:
    path = find(rubric_id, folder)
    return _named(path, _text(path))


def _formed(text: str, name: str) -> Node:
    document = read(text, name)
    check_form(document)
    return document


def _named(path: Path, text: str) -> Node:
    """A file's document, whose id is the file's name."""
    document = _formed(text, str(path))
    own = document.fields["id"].value
    if own != path.stem:
        raise fault(
            document,
            ("id",),
            f"its id is `{own}`",
            hint=f"name the file {own}{_SUFFIX}, or give it the id `{path.stem}`",
        )
    return document


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RubricInvalid(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise RubricInvalid(f"{path} is larger than {MAX_BYTES} bytes", hint="this is no rubric")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RubricInvalid(
            f"{path}, line {line}: it is not UTF-8 text", hint="save it as UTF-8"
        ) from error


def _files(rubric_dir: Path | None) -> dict[str, Path]:
    """Rubric files by id; a site's own file hides one of the same name that ships."""
    folders = [Path(str(resources.files("rubrics"))), *([rubric_dir] if rubric_dir else [])]
    return {file.stem: file for folder in folders for file in sorted(folder.glob(f"*{_SUFFIX}"))}
