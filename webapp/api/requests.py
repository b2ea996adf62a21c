"""What can be asked for in an address or a header. Values are taken as they are documented, and in no other way."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from webapp.api.models import Model

PAGE_SIZE = 50
LARGEST_PAGE = 200
KEY_LIMIT = 200

_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


def _whole(value: Any) -> Any:
    """A number as digits: Python would read ``1_0``, `` 5`` and ``5.0`` too."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return value


def _yes_or_no(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise PydanticCustomError("bool_parsing", "neither true nor false")
        return value == "true"
    return value


def _moment(value: Any) -> Any:
    """A date and time of RFC 3339. A ``+`` that was not encoded has become a space on its way."""
    if not isinstance(value, str):
        return value
    written = re.sub(r" (?=\d{2}:\d{2}$)", "+", value)
    if _MOMENT.fullmatch(written) is None:
        raise PydanticCustomError("datetime_parsing", "not a date and time with an offset")
    try:
        return datetime.fromisoformat(written.upper())
    except ValueError:
        raise PydanticCustomError("datetime_parsing", "no such date or time") from None


_Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Whole = BeforeValidator(_whole)
_YesOrNo = BeforeValidator(_yes_or_no)
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Paging(Model):
    """Where a page begins and how long it is."""

    cursor: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = Field(
        default=None, description="`next` of the page before."
    )
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE), _Whole] = PAGE_SIZE


class CallsQuery(Paging):
    """Which calls."""

    agent_id: _Text | None = None
    call_id: _Text | None = Field(default=None, description="The site's own id.")
    language: Literal["zh", "en"] | None = None
    status: Literal["scored", "not_scorable"] | None = None
    outcome: Literal["critical", "failed", "open", "clean"] | None = Field(
        default=None, description="As the machine scored it."
    )
    reviewed: Annotated[bool, _YesOrNo] | None = Field(
        default=None, description="Whether a review counts."
    )
    started_from: Moment | None = None
    started_before: Moment | None = None
    scored_from: Moment | None = None


class TranscriptQuery(Model):
    """How much of a transcript."""

    words: Annotated[bool, _YesOrNo] = Field(
        default=False, description="Each word with its time and confidence."
    )


class ReviewsQuery(Paging):
    """Which reviews."""

    agent_id: _Text | None = None
    since: Moment | None = Field(
        default=None, description="Submitted then or later; the same review may come twice."
    )


class SubmitHeaders(Model):
    """What tells a repeat of a request from a new one."""

    idempotency_key: (
        Annotated[str, StringConstraints(min_length=1, max_length=KEY_LIMIT, pattern=r"^[!-~]+$")]
        | None
    ) = Field(
        default=None,
        alias="Idempotency-Key",
        description="Of your choice, such as a UUID; the same request sent again with it changes nothing.",
    )
