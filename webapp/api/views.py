"""The operations of the API."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from flask import Blueprint, Response, jsonify, request, url_for

from qa.domain.access import Action, Scope
from qa.domain.errors import TokenRefused
from qa.domain.feed import CallFilter, ReviewFilter
from qa.domain.review import Basis
from qa.domain.scorecard import Evidence
from qa.domain.wording import Reason
from qa.services import feed
from qa.services.review_program import RequestKey, SentDecision, SentReview, submit_by_program
from webapp.api import models, problems, shapes
from webapp.api.openapi import Document, document
from webapp.api.operations import OPERATIONS, Answer, operation
from webapp.api.requests import CallsQuery, ReviewsQuery, SubmitHeaders, TranscriptQuery
from webapp.deps import deps
from webapp.guard import actor, public
from webapp.security import SAFE_METHODS, from_program

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
problems.register(blueprint)

_CALL = {"call": "`id` of a call."}


@blueprint.before_request
def _only_programs_change() -> None:
    """A browser's cookie opens what is read; whatever changes something needs a token."""
    if request.method not in SAFE_METHODS and not from_program():
        raise TokenRefused(Reason("token.missing"))


@operation(
    blueprint,
    "GET",
    "/me",
    summary="Who the request stands for",
    answer=models.Me,
    action=None,
)
def me() -> models.Me:
    """The account of who asks."""
    asking = actor()
    return shapes.me(feed.whoami(deps().open_store, asking), asking)


@operation(
    blueprint,
    "GET",
    "/calls",
    summary="List calls, in the order in which they first came in",
    answer=models.CallPage,
    action=Action.SEE_CALLS,
    scope=Scope.READ_CALLS,
    query=CallsQuery,
    problems=(404,),
)
def calls(query: CallsQuery) -> models.CallPage:
    """A page of calls."""
    wanted = CallFilter(**query.model_dump(exclude={"cursor", "limit"}))
    page = feed.list_calls(
        deps().open_store, actor(), wanted, after=query.cursor, limit=query.limit
    )
    return models.CallPage(items=[shapes.call(row) for row in page.entries], next=page.following)


@operation(
    blueprint,
    "GET",
    "/calls/<call>",
    summary="Read one call",
    answer=models.Call,
    action=Action.SEE_CALLS,
    scope=Scope.READ_CALLS,
    path=_CALL,
    problems=(404,),
)
def call(call: str) -> models.Call:
    """One call."""
    return shapes.call(feed.read_call(deps().open_store, actor(), call))


@operation(
    blueprint,
    "GET",
    "/calls/<call>/scorecard",
    summary="Read what the machine found in a call, and what counts after its review",
    answer=models.Scorecard,
    action=Action.SEE_CALLS,
    scope=Scope.READ_CALLS,
    path=_CALL,
    problems=(404, 409),
)
def scorecard(call: str) -> models.Scorecard:
    """A call's scorecard."""
    found = feed.read_scorecard(deps().open_store, deps().rubrics, actor(), call)
    return shapes.scorecard(found)


@operation(
    blueprint,
    "GET",
    "/calls/<call>/transcript",
    summary="Read what was said in a call",
    answer=models.Transcript,
    action=Action.SEE_CALLS,
    scope=Scope.READ_CALLS,
    path=_CALL,
    query=TranscriptQuery,
    problems=(404,),
)
def transcript(call: str, query: TranscriptQuery) -> models.Transcript:
    """A call's transcript."""
    heard = feed.read_transcript(deps().open_store, actor(), call)
    return shapes.transcript(heard, words=query.words)


@operation(
    blueprint,
    "GET",
    "/calls/<call>/reviews",
    summary="List the submitted reviews of a call, the first one first",
    answer=models.CallReviews,
    action=Action.SEE_AGENT,
    scope=Scope.READ_REVIEWS,
    path=_CALL,
    problems=(404,),
)
def call_reviews(call: str) -> models.CallReviews:
    """A call's reviews."""
    found = feed.reviews_of(deps().open_store, actor(), call)
    return models.CallReviews(items=shapes.reviews(found))


@operation(
    blueprint,
    "POST",
    "/calls/<call>/reviews",
    summary="Submit a review of a call",
    answer=models.Review,
    action=Action.REVIEW,
    scope=Scope.WRITE_REVIEWS,
    path=_CALL,
    headers=SubmitHeaders,
    body=models.NewReview,
    status=201,
    problems=(400, 404, 409, 413, 415),
    repeats=(200, "The review was submitted before; nothing was changed."),
)
def submit_review(call: str, headers: SubmitHeaders, body: models.NewReview) -> Answer:
    """Make a review count."""
    filed = submit_by_program(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        call,
        sent=_sent(body),
        key=_key(call, headers, body),
        licensing=deps().settings.licenses,
    )
    return Answer(
        shapes.review(filed.entry),
        status=200 if filed.repeated else 201,
        location=url_for("api.call_reviews", call=call),
    )


def _sent(body: models.NewReview) -> SentReview:
    return SentReview(
        basis=Basis(body.scorecard, body.base),
        revision=body.draft_revision,
        decisions={
            criterion: SentDecision(
                choice=each.choice,
                reason=each.reason,
                note=each.note,
                evidence=tuple(
                    Evidence(clip.start_s, clip.end_s, clip.speaker, clip.quote)
                    for clip in each.evidence
                ),
            )
            for criterion, each in body.decisions.items()
        },
        note=body.note,
        leave_open=body.leave_open,
    )


def _key(call: str, headers: SubmitHeaders, body: models.NewReview) -> RequestKey | None:
    if headers.idempotency_key is None:
        return None
    digest = sha256(f"{call}\n{body.model_dump_json()}".encode()).hexdigest()
    return RequestKey(headers.idempotency_key, digest)


@operation(
    blueprint,
    "GET",
    "/reviews",
    summary="List submitted reviews, in the order of their submission",
    answer=models.ReviewPage,
    action=Action.SEE_AGENT,
    scope=Scope.READ_REVIEWS,
    query=ReviewsQuery,
    problems=(404,),
)
def reviews(query: ReviewsQuery) -> models.ReviewPage:
    """A page of reviews."""
    found = feed.list_reviews(
        deps().open_store,
        actor(),
        ReviewFilter(agent_id=query.agent_id, since=query.since),
        after=query.cursor,
        limit=query.limit,
    )
    return models.ReviewPage(items=shapes.reviews(found), next=found.page.following)


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """What this API is, as an OpenAPI 3.1 document."""
    return jsonify(_document())


@cache
def _document() -> Document:
    return document(OPERATIONS)
