"""What the API sends and takes. These models are the one source of its OpenAPI document and of docs/api.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from qa.domain.access import Scope
from qa.domain.call import Direction, Role
from qa.domain.people import UserRole
from qa.domain.review import Purpose
from qa.domain.reviewing import CLIP_LIMIT, TEXT_LIMIT
from qa.domain.scorecard import Outcome

MOST_CRITERIA = 200
"""Of one review that is sent: more than any rubric has."""

Seconds = Annotated[float, Field(ge=0, description="Seconds from the start of the recording.")]
Score = Annotated[
    float | None, Field(ge=0, le=100, description="0-100, null where nothing counts.")
]
Choice = Annotated[
    str,
    Field(
        pattern=r"^(pass|fail|not_applicable|cannot_judge|not_measurable|level-[0-9]{1,2})$",
        description="An outcome, or `level-0` for the best level of a scale.",
    ),
]


class Model(BaseModel):
    """What all of them share: nothing unknown, nothing that is not a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


# --- parts ---------------------------------------------------------------------------------------------


class Sentence(Model):
    """Something said by a code, and its wording in the language of the request."""

    code: str
    text: str


class RubricRef(Model):
    """The exact rubric that a scorecard was made with."""

    id: str
    version: str
    sha256: str


class Clip(Model):
    """A stretch of the recording that proves something, and the words in it."""

    start_s: Seconds
    end_s: Seconds
    speaker: Role
    quote: str = Field(description="Empty for a silence.")


class Searched(Model):
    """Where something was looked for and not found."""

    start_s: Seconds
    end_s: Seconds
    speaker: Role | None = Field(description="null where anybody counted.")


class PersonRef(Model):
    """Somebody, as others see them."""

    id: str
    name: str


# --- calls ---------------------------------------------------------------------------------------------


class CallReview(Model):
    """What the review that counts made of a call."""

    submitted_at: AwareDatetime
    score: Score
    critical_failed: int = Field(ge=0, description="How many critical criteria fail.")


class Call(Model):
    """A call, and how the machine scored it."""

    id: str = Field(description="Opaque; names the call everywhere in this API.")
    call_id: str = Field(description="The site's own id of it.")
    agent_id: str | None
    queue: str | None
    direction: Direction
    started_at: AwareDatetime | None
    language: str | None
    duration_s: float | None
    recording: str = Field(description="The file's name.")
    status: Literal["scored", "not_scorable"]
    refusal: Sentence | None = Field(description="Why it has no score.")
    rubric: RubricRef | None
    scored_at: AwareDatetime | None
    score: Score
    failed: list[str] = Field(description="Ids of failed criteria.")
    critical_failed: list[str] = Field(description="Ids of failed critical criteria.")
    open: list[str] = Field(
        description="Ids of criteria that a person or missing data must settle."
    )
    review: CallReview | None = Field(description="null while no review counts.")


class CallPage(Model):
    """A page of calls in the order in which they first came in."""

    items: list[Call]
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


# --- scorecards ----------------------------------------------------------------------------------------


class MachineVerdict(Model):
    """What the machine found for a criterion."""

    outcome: Outcome
    points: float
    confidence: float = Field(ge=0, le=1)
    reason: Sentence
    evidence: list[Clip]
    searched: Searched | None


class CountingVerdict(Model):
    """What counts for a criterion."""

    outcome: Outcome
    points: float
    reviewed: bool = Field(description="Whether a person decided it.")


class CriterionResult(Model):
    """A criterion of a scorecard: the machine's verdict, and what counts."""

    criterion: str
    title: str
    critical: bool
    max_points: float
    machine: MachineVerdict
    counts: CountingVerdict
    choices: list[str] = Field(description="What a review may choose for it.")


class Total(Model):
    """A score and what it hides."""

    score: Score
    critical_failed: list[str]
    open: list[str]


class Scorecard(Model):
    """The machine's verdicts on a call beside what counts after its review."""

    call: str
    call_id: str
    agent_id: str | None
    scorecard: str = Field(description="Names this scorecard; a review says which one it is of.")
    review: str | None = Field(description="Id of the review that counts.")
    rubric: RubricRef
    scored_at: AwareDatetime
    models: dict[str, str] = Field(description="Name to revision of each model that took part.")
    machine: Total
    counts: Total
    criteria: list[CriterionResult]


# --- transcripts ---------------------------------------------------------------------------------------


class HeardWord(Model):
    """A word as the machine heard it."""

    start_s: Seconds
    end_s: Seconds
    text: str
    confidence: float = Field(ge=0, le=1)


class HeardTurn(Model):
    """A turn before anybody corrected it."""

    speaker: Role
    text: str


class TranscriptTurn(Model):
    """One party speaking without the other taking over."""

    speaker: Role
    start_s: Seconds
    end_s: Seconds
    text: str
    confidence: float = Field(ge=0, le=1)
    heard: HeardTurn | None = Field(description="The machine's version where people corrected it.")
    words: list[HeardWord] | None = Field(description="null unless `words` was asked for.")


class Transcript(Model):
    """What was said in a call, with the corrections that people made."""

    call: str
    call_id: str
    language: str
    role_confidence: float = Field(ge=0, le=1)
    speaker_confidence: float = Field(ge=0, le=1)
    turns: list[TranscriptTurn]


# --- reviews -------------------------------------------------------------------------------------------


class ReviewDecision(Model):
    """What a reviewer said of one criterion."""

    criterion: str
    machine_outcome: Outcome
    machine_points: float
    outcome: Outcome
    points: float
    max_points: float
    changed: bool = Field(description="Whether it differs from the machine's verdict.")
    reason: str
    note: str
    evidence: list[Clip]
    decided_at: AwareDatetime
    decided_by: PersonRef


class Review(Model):
    """A submitted review. It never changes; a later one may count in its place."""

    id: str
    call: str
    call_id: str
    agent_id: str | None
    scorecard: str
    base: str | None = Field(description="Id of the review that counted when this one was begun.")
    rubric: RubricRef
    purpose: Purpose
    submitted_at: AwareDatetime
    counts: bool = Field(description="Whether it is what counts for the call.")
    withheld: bool = Field(
        description="Whether a dispute that you may still settle keeps from you who reviewed and what they decided."
    )
    reviewer: PersonRef | None
    score: Score
    critical_failed: list[str]
    note: str
    decisions: list[ReviewDecision]


class ReviewPage(Model):
    """A page of reviews in the order of their submission."""

    items: list[Review]
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


class CallReviews(Model):
    """The submitted reviews of one call, the first one first."""

    items: list[Review]


class NewClip(Model):
    """A clip that a reviewer adds."""

    start_s: Seconds
    end_s: Seconds
    speaker: Role = Role.UNKNOWN
    quote: str = Field(
        default="",
        max_length=TEXT_LIMIT,
        description="Words that are said there; left out, they are taken from the transcript.",
    )


class NewDecision(Model):
    """What a reviewer says of one criterion."""

    choice: Choice
    reason: str = Field(
        default="",
        max_length=TEXT_LIMIT,
        description="Needed where it differs from the machine's verdict, or from what counted before.",
    )
    note: str = Field(default="", max_length=TEXT_LIMIT)
    evidence: list[NewClip] = Field(default=[], max_length=CLIP_LIMIT)


class NewReview(Model):
    """A review to submit."""

    scorecard: str = Field(
        min_length=1, max_length=200, description="`scorecard` of the scorecard that was looked at."
    )
    base: str | None = Field(
        default=None, max_length=100, description="`review` of that scorecard: what counted then."
    )
    decisions: dict[str, NewDecision] = Field(
        default={},
        max_length=MOST_CRITERIA,
        description="By criterion; what is left out is not decided.",
    )
    note: str = Field(default="", max_length=TEXT_LIMIT)
    leave_open: bool = Field(
        default=False,
        description="Leave open on purpose what the machine left open and `decisions` does not name.",
    )
    draft_revision: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Revision of your own draft that this replaces; 0 where you have none.",
    )


# --- who asks ------------------------------------------------------------------------------------------


class Me(Model):
    """The account that a request stands for."""

    id: str
    login: str
    name: str
    role: UserRole
    agent_id: str | None
    team: str | None
    scopes: list[Scope] | None = Field(description="Of the token; null for a browser.")


# --- what goes wrong -----------------------------------------------------------------------------------


class Fault(Model):
    """What is wrong with one part of a request."""

    field: str = Field(description="Where, such as `decisions.greeting.reason`.")
    code: str
    detail: str


class CurrentState(Model):
    """What to look at before sending a review again."""

    change: Literal["saved", "ended", "reviewed", "rescored"]
    scorecard: str
    base: str | None
    draft_revision: int


class Problem(Model):
    """An answer that is no success (RFC 9457). `code` is stable; the texts are in the language of the request."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    code: str
    detail: str
    errors: list[Fault] = Field(default=[], description="Of a request that cannot be taken.")
    current: CurrentState | None = Field(
        default=None, description="Of a review that came too late."
    )
