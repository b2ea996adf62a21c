"""Which content can be written in which format, and by what. The one place that knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Literal

from qa.domain.errors import SettingsInvalid
from qa.interop.exports import captions, csv, ctm, jsonl, parquet, rttm, tables, vcon, xlsx
from qa.interop.exports.choices import Choices
from qa.interop.exports.overview import Counted, ScorecardOverview
from qa.interop.lines import Line

Content = Literal["scorecards", "transcripts", "reviews", "ratings"]
Form = Literal["jsonl", "csv", "xlsx", "parquet", "vtt", "srt", "rttm", "ctm", "vcon"]

CONTENTS: tuple[Content, ...] = ("scorecards", "transcripts", "reviews", "ratings")
FORMS: tuple[Form, ...] = ("jsonl", "csv", "xlsx", "parquet", "vtt", "srt", "rttm", "ctm", "vcon")


@dataclass(frozen=True, slots=True)
class OneFile:
    """All lines in one file.

    Attributes:
        write: Writes the lines; how many there were.
        binary: Whether it is nothing for a terminal.
    """

    write: Callable[[Iterable[Line], BinaryIO, Choices], int]
    binary: bool = False


@dataclass(frozen=True, slots=True)
class FileEach:
    """A file for each call.

    Attributes:
        render: A line's file.
        conversations: Whether it takes the lines of whole conversations rather than of the content.
    """

    extension: str
    render: Callable[[Line, Choices], bytes]
    conversations: bool = False


Way = OneFile | FileEach


def _rows(table: tables.Table, sheets: Way) -> dict[Form, Way]:
    """The formats that rows take."""
    return {
        "jsonl": OneFile(jsonl.write),
        "csv": OneFile(partial(csv.write, table=table)),
        "xlsx": sheets,
        "parquet": OneFile(partial(parquet.write, table=table), binary=True),
    }


def _sheets(*shown: tables.Table) -> Way:
    return OneFile(partial(xlsx.write, tables=shown, overview=Counted), binary=True)


WAYS: dict[Content, dict[Form, Way]] = {
    "scorecards": {
        **_rows(
            tables.SCORECARDS,
            OneFile(
                partial(
                    xlsx.write, tables=(tables.CARDS, tables.CRITERIA), overview=ScorecardOverview
                ),
                binary=True,
            ),
        ),
        "vcon": FileEach("vcon.json", partial(vcon.render, transcript=False), conversations=True),
    },
    "transcripts": {
        **_rows(tables.TRANSCRIPTS, _sheets(tables.TRANSCRIPTS)),
        "vtt": FileEach("vtt", captions.vtt),
        "srt": FileEach("srt", captions.srt),
        "rttm": OneFile(rttm.write),
        "ctm": OneFile(ctm.write),
        "vcon": FileEach("vcon.json", vcon.render, conversations=True),
    },
    "reviews": _rows(tables.REVIEWS, _sheets(tables.REVIEWS)),
    "ratings": _rows(tables.RATINGS, _sheets(tables.RATINGS)),
}


def way_of(content: Content, form: Form) -> Way:
    """How a content is written in a format. Raises ``SettingsInvalid`` with what is possible instead."""
    ways = WAYS[content]
    if form not in ways:
        others = [each for each in CONTENTS if form in WAYS[each]]
        raise SettingsInvalid(
            f"{content} cannot be written as {form}",
            hint=f"{content} can be {', '.join(ways)}; {form} is for {' and '.join(others)}",
        )
    return ways[form]
