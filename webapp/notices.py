"""One sentence on the next page that says what was done: a code in a short-lived cookie, worded when shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, Response, g, request
from flask_babel import gettext

COOKIE = "notice"
_SECONDS = 60

NOTICES: Mapping[str, Callable[[], str]] = {
    "saved": lambda: gettext("Saved."),
    "password_changed": lambda: gettext("Your password is changed; other browsers are logged out."),
    "login_ended": lambda: gettext("Logged out there."),
    "account_enabled": lambda: gettext("The account can be used again."),
    "account_disabled": lambda: gettext("The account is disabled, and logged out everywhere."),
    "review_submitted": lambda: gettext("Review submitted; here is the next call."),
    "review_submitted_last": lambda: gettext("Review submitted; your queue is empty."),
    "draft_saved": lambda: gettext("Draft saved."),
    "draft_discarded": lambda: gettext("The draft is discarded."),
    "queue_claimed": lambda: gettext("The call is yours to review."),
    "queue_released": lambda: gettext("Released: others can take it now."),
    "queue_skipped": lambda: gettext("Skipped: it does not come back to you as the next call."),
    "queue_changed": lambda: gettext("The tasks are changed."),
    "queue_filled": lambda: gettext("The calls are in the queue."),
    "nothing_drawn": lambda: gettext("By this plan nothing is drawn now."),
    "figures_counted": lambda: gettext("The machine's verdicts are counted."),
    "draw_discarded": lambda: gettext("The draw is discarded."),
    "queue_added": lambda: gettext("Added to the queue."),
    "queue_added_some": lambda: gettext(
        "Added to the queue, but for those that are in it already or have no score."
    ),
    "queue_not_added": lambda: gettext("It is in the queue already, or has no score to review."),
    "queue_none_chosen": lambda: gettext("Choose at least one call first."),
    "list_kept": lambda: gettext("The list is kept under this name."),
    "list_forgotten": lambda: gettext("The list is forgotten."),
    "licence_set": lambda: gettext("The level is set; the history says why."),
    "licences_decided": lambda: gettext("The licences are decided for this week."),
    "licences_decided_before": lambda: gettext(
        "This week's decision was made before; nothing changed."
    ),
    "lesson_accepted": lambda: gettext("The lesson is in use; calls scored from now on use it."),
    "lesson_rejected": lambda: gettext("The lesson is rejected."),
    "lesson_retired": lambda: gettext("The lesson is retired; the heads that ship are in use."),
    "queue_empty": lambda: gettext("Nothing is left for you in the queue."),
    "corrected": lambda: gettext("The transcript is corrected."),
    "transcript_changed": lambda: gettext(
        "Somebody corrected the transcript meanwhile; nothing was swapped. This is what it is now."
    ),
    "plan_begun": lambda: gettext("The plan has begun; the agent finds it under Coaching."),
    "plan_acknowledged": lambda: gettext("Your supervisor sees that you have read it."),
    "note_added": lambda: gettext("The note is added."),
    "plan_closed": lambda: gettext("The plan is closed."),
    "plan_cancelled": lambda: gettext("The plan is cancelled."),
    "case_marked": lambda: gettext("The example is in the library."),
    "case_removed": lambda: gettext("The example is no longer in the library."),
    "feedback_read": lambda: gettext("Noted: you have read this."),
    "reply_sent": lambda: gettext("Your reply is sent."),
    "dispute_raised": lambda: gettext("Your dispute is sent; somebody else decides."),
    "dispute_withdrawn": lambda: gettext("The dispute is taken back."),
    "dispute_closed": lambda: gettext("It was settled meanwhile; nothing was changed."),
    "dispute_decided": lambda: gettext("Decided; the agent and the first reviewer see it."),
    "decide_first": lambda: gettext("Decide this first; then everything about the call is shown."),
    "calibration_begun": lambda: gettext("The session has begun; its raters find it on this page."),
    "calibration_invited": lambda: gettext("They are invited."),
    "calibration_left": lambda: gettext("You rate no more in this session."),
    "calibration_taken_off": lambda: gettext("They rate no more in this session."),
    "calibration_revealed": lambda: gettext("All that was submitted is laid open."),
    "calibration_closed": lambda: gettext("The session is closed."),
    "rating_submitted": lambda: gettext("Submitted; here is the next call."),
    "rating_submitted_last": lambda: gettext("Submitted; you are through with this session."),
    "rating_submitted_revealed": lambda: gettext(
        "Submitted; it was the last one, and all is laid open."
    ),
    "agreed": lambda: gettext("Entered as agreed."),
    "clarified": lambda: gettext("Written down; everybody sees it at the criterion."),
    "clarification_withdrawn": lambda: gettext("Taken back; it stays in the history."),
    "token_revoked": lambda: gettext("The token is revoked; it lets nobody in any more."),
    "webhook_removed": lambda: gettext("The address is removed."),
    "test_sent": lambda: gettext("A test message was sent; the list says what became of it."),
    "sending_again": lambda: gettext("The message is sent again within seconds."),
}
"""Codes and what they say; a cookie with any other code says nothing."""


def init_app(app: Flask) -> None:
    """Show and forget the notice of the request before."""
    app.context_processor(lambda: {"notice": _shown})
    app.after_request(_forget)


def tell(code: str, response: Response) -> Response:
    """A response, usually a redirect, whose next page says what was done.

    Raises:
        KeyError: No notice has this code.
    """
    NOTICES[code]
    response.set_cookie(
        COOKIE, code, max_age=_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure
    )
    g.notice_set = True
    return response


def _shown() -> str | None:
    """The notice to show, if any."""
    wording = NOTICES.get(request.cookies.get(COOKIE, ""))
    if wording is None:
        return None
    g.notice_shown = True
    return wording()


def _forget(response: Response) -> Response:
    if g.get("notice_shown") and not g.get("notice_set"):
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax")
    return response
