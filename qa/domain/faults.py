"""What was typed or sent and cannot be taken, as the error that names its field."""

from __future__ import annotations

from qa.domain.errors import InputInvalid
from qa.domain.wording import Param, Reason, render


def invalid(field: str, code: str, **params: Param) -> InputInvalid:
    """The error for a field.

    Args:
        field: Of the form or of the request body.
        code: Of the sentence in the phrasebook; it is the error's message too, in English.
        params: What that sentence needs.
    """
    reason = Reason(code, params)
    return InputInvalid(f"{field}: {render(reason, 'en')}", field=field, reason=reason)
