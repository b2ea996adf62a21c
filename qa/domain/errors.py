"""The one error tree. Each error says what is wrong, with which thing, and what to do.

A class carries a stable ``code``; the message names the thing; the hint says what to do next.
Entry points map classes to exit codes (``qa.cli.errors``) and HTTP statuses (``webapp.errors``), once each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from qa.domain.sound import RecordingQuality
    from qa.domain.wording import Reason


class QAError(Exception):
    """Something that a person can put right.

    Args:
        message: One sentence that names the thing at fault.
        hint: One sentence that says what to do, empty where the message already does.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsInvalid(QAError):
    """A ``QA_*`` setting or a command-line value cannot be used."""

    code = "settings_invalid"


class NoRecordings(SettingsInvalid):
    """What a run was pointed at holds nothing to score."""

    code = "no_recordings"


class ManifestInvalid(QAError):
    """The manifest as a whole cannot be read (a bad row is an outcome, not an error)."""

    code = "manifest_invalid"


class RecordsInvalid(QAError):
    """A file of call records as a whole cannot be read (a bad row is a warning, not an error)."""

    code = "records_invalid"


class RubricInvalid(QAError):
    """A rubric file breaks the schema or contradicts itself."""

    code = "rubric_invalid"


class RubricNotFound(QAError):
    """No rubric has the id that was asked for."""

    code = "rubric_not_found"


class DialogueInvalid(QAError):
    """A written dialogue cannot be read: its file, or a place in it."""

    code = "dialogue_invalid"


class ModelMissing(QAError):
    """A weight file is not installed, or a package that runs it is not."""

    code = "model_missing"


class ModelCorrupt(QAError):
    """A weight file is not the one that the manifest names; it was not loaded."""

    code = "model_corrupt"


class SchemaOutdated(QAError):
    """The database was made by another version of Call QA."""

    code = "schema_outdated"


class StoreUnavailable(QAError):
    """The database cannot be used: locked for too long, out of room, out of reach or damaged."""

    code = "store_unavailable"


class StoreFull(StoreUnavailable):
    """The database has no room left."""

    code = "store_full"


class DiskFull(QAError):
    """The data folder has no room left for what a run must keep."""

    code = "disk_full"


class RecordingChanged(QAError):
    """A file became another one while it was being read; the next run takes it as it is then."""

    code = "recording_changed"


class ClusterUnavailable(QAError):
    """The Ray cluster cannot be used: not up, without room, or its workers keep dying."""

    code = "cluster_unavailable"


class RunInProgress(QAError):
    """Another run holds this data folder or this store."""

    code = "run_in_progress"


class RunTakenOver(QAError):
    """This run fell silent for so long that another one took its place; it writes nothing more."""

    code = "run_taken_over"


class NotFound(QAError):
    """Nothing has the id that was asked for, or it is out of the reach of who asks."""

    code = "not_found"


class CallNotFound(NotFound):
    """No call has the id that was asked for."""

    code = "call_not_found"


class NotAllowed(QAError):
    """Who asks has a role that never does this."""

    code = "not_allowed"


class TokenRefused(QAError):
    """A program came without a token that lets it in.

    Args:
        reason: Code of the sentence that says why.
    """

    code = "token_refused"

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"a token was refused: {reason.code}", hint="make one in the review app")
        self.reason = reason


class InputInvalid(QAError):
    """What was typed or sent cannot be taken; ``field`` names where.

    Args:
        message: One sentence that names the thing at fault.
        field: The field of the form or of the request body.
        reason: Code and values of the sentence that a page shows in the reader's language.
    """

    code = "input_invalid"

    def __init__(self, message: str, *, field: str, reason: Reason, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field
        self.reason = reason


class Conflict(QAError):
    """Somebody else changed the thing meanwhile; nothing was overwritten."""

    code = "conflict"


class LimitExceeded(QAError):
    """Too much of something in too short a time, or a text over its limit."""

    code = "limit_exceeded"


class TryLater(LimitExceeded):
    """Too many logins failed; the next one is looked at after a while.

    Args:
        wait_s: Whole seconds until then.
    """

    code = "try_later"

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "too many logins failed",
            hint=f"wait {wait_s} seconds, or ask an admin for a one-time link",
        )
        self.wait_s = wait_s


class ProviderUnavailable(QAError):
    """The OpenID Connect provider cannot be reached, or answers what it must not."""

    code = "provider_unavailable"


class NotScorable(QAError):
    """One recording has no score, for a reason that the run's report names.

    It ends the recording's way through the pipeline, never the run's. ``quality`` is how well the recording
    can be heard, where it came so far.
    """

    code = "not_scorable"

    def __init__(self, reason: Reason, quality: RecordingQuality | None = None) -> None:
        from qa.domain.wording import render

        super().__init__(render(reason, "en"))
        self.reason = reason
        self.quality = quality

    def __reduce__(self) -> tuple[type[NotScorable], tuple[Reason, RecordingQuality | None]]:
        """Survive pickling on the way back from a worker process."""
        return (type(self), (self.reason, self.quality))
