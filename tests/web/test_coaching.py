"""The pages of coaching plans: what each role sees, what forms refuse, and that nothing is overwritten."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from qa.services import plan_steps, plans
from tests.web.coaching_desk import browser
from webapp.coaching import fields, plan_list

DUE = (datetime.now().astimezone() + timedelta(days=7)).date().isoformat()
LATER = (datetime.now().astimezone() + timedelta(days=28)).date().isoformat()


def entered(staff: Any, **changes: str) -> dict[str, str]:
    return {
        "agent": "A201",
        "criterion": "greeting",
        "action": "Say the company's name first.",
        "owner": staff.users["sun"].public_id,
        "due": DUE,
        "follow_up": LATER,
        **changes,
    }


def begin(staff: Any, **changes: str) -> str:
    """Begin a plan as sun; its address."""
    answer = browser(staff, "sun").post("/coaching/new", data=entered(staff, **changes))
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def alert(answer: TestResponse) -> str:
    found = re.search(r'role="alert".*?</div>', answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0])) if found else ""


# --- the list ----------------------------------------------------------------------------------


def test_a_supervisor_sees_every_plan_and_can_take_the_list_away(staff: Any) -> None:
    begin(staff)
    begin(staff, agent="A101", criterion="privacy", action="=HYPERLINK(1)", follow_up="")
    sun = browser(staff, "sun")
    page = sun.get("/coaching").text
    assert "Greets the customer" in page or "greeting" in page.lower()
    assert "2 plans" in page
    assert page.count("Not yet acknowledged") == 2
    csv = sun.get("/coaching.csv?sort=agent_id").text
    assert csv.startswith("\ufeffagent_id,agent,criterion")
    assert [line.split(",")[0] for line in csv.splitlines()[1:]] == ["A101", "A201"]
    assert "'=HYPERLINK(1)" in csv


def test_an_agent_sees_their_own_plans_alone(staff: Any) -> None:
    mine, other = begin(staff), begin(staff, agent="A101", action="Another thing entirely.")
    amy = browser(staff, "amy")
    page = amy.get("/coaching?agent=A101&show=all").text
    assert mine in page
    assert other not in page
    assert "Another thing" not in page
    assert "Another thing" not in amy.get("/coaching.csv?show=all").text
    for address in (other, f"{other}/edit"):
        assert amy.get(address).status_code in (403, 404)
    assert amy.get(other).status_code == 404
    for step in ("acknowledge", "notes"):
        assert amy.post(f"{other}/{step}", data={"note": "x"}).status_code == 404


def test_nobody_else_finds_plans(staff: Any) -> None:
    plan = begin(staff)
    assert browser(staff, "otto").get("/coaching").status_code == 403
    assert browser(staff, "otto").get(plan).status_code == 403
    assert staff.stranger().get("/coaching").status_code in (302, 403)


def test_an_empty_list_says_what_to_do(staff: Any) -> None:
    sun = browser(staff, "sun")
    assert "No open plans" in sun.get("/coaching").text
    assert "No plan matches" in sun.get("/coaching?show=overdue").text
    assert "No plan matches" in sun.get("/coaching?agent=nobody").text
    assert "your supervisor agrees a plan" in browser(staff, "amy").get("/coaching").text
    nonsense = "/coaching?show=nonsense&sort=nonsense&page=-4&order=x"
    assert "No open plans" in sun.get(nonsense).text


def test_the_list_links_to_its_own_order_and_states(staff: Any) -> None:
    begin(staff)
    page = browser(staff, "sun").get("/coaching?sort=due_at&agent=A201").text
    assert 'aria-sort="ascending"' in page
    assert 'href="/coaching?agent=A201&amp;order=down"' in page
    assert 'href="/coaching?show=done&amp;agent=A201"' in page


def test_an_address_says_again_what_it_was_read_from() -> None:
    for show in plan_list.SHOWN:
        stated = {"agent": "A1", "sort": "owner", "order": "down", "page": "3"}
        if show != "open":
            stated["show"] = show
        query = plan_list.read(MultiDict(stated))
        assert plan_list.shown(query) == show
        assert plan_list.arguments(query, page=query.page) == stated


# --- beginning ---------------------------------------------------------------------------------


def test_the_form_is_filled_in_from_the_address(staff: Any) -> None:
    call = staff.ids["bad-call"]
    page = browser(staff, "sun").get(f"/coaching/new?agent=A201&criterion=privacy&call={call}").text
    assert 'value="A201"' in page
    assert '<option value="privacy" selected>' in page
    assert f'<option value="{call}" selected>bad-call</option>' in page
    own = staff.users["sun"].public_id
    assert f'<option value="{own}" selected>' in page


def test_a_plan_from_a_call_leads_back_to_it(staff: Any) -> None:
    call = staff.ids["bad-call"]
    plan = begin(staff, call=call)
    assert f'href="/calls/{call}"' in browser(staff, "sun").get(plan).text


FAULTS: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"agent": "A999"}, "agent", "No account and no call has this agent id"),
    ({"criterion": ""}, "criterion", "Choose one of the list"),
    ({"action": "  "}, "action", "This must be filled in"),
    ({"action": "x" * 5001}, "action", "At most 5000 characters; this has 5001"),
    ({"owner": "x"}, "owner", "Choose one of the list"),
    ({"due": ""}, "due", "This must be filled in"),
    ({"due": "soon"}, "due", "Write a date"),
    ({"due": "0001-01-01"}, "due", ""),
    ({"due": "9999-12-31"}, "due", ""),
    ({"due": "2020-01-01"}, "due", "Choose today or a later day"),
    ({"follow_up": "2020-01-01"}, "follow_up", "cannot come before the due date"),
    ({"call": "gone"}, "call", "This call has been removed"),
)


def test_what_cannot_be_taken_is_said_at_its_field_and_what_was_typed_stays(
    staff: Any, subtests: pytest.Subtests
) -> None:
    sun = browser(staff, "sun")
    for changes, field, says in FAULTS:
        with subtests.test(field=field, changes=changes):
            sent = {**entered(staff), **changes}
            answer = sun.post("/coaching/new", data=sent)
            assert answer.status_code == 422
            fault = re.search(rf'id="{field}-fault">([^<]+)<', answer.text)
            assert fault
            assert says in fault[1]
            assert f'value="{sent["agent"]}"' in answer.text
            assert sent["action"].strip() in html.unescape(answer.text)
    assert "No open plans" in sun.get("/coaching").text


def test_a_call_of_somebody_else_is_refused(staff: Any) -> None:
    answer = browser(staff, "sun").post(
        "/coaching/new", data=entered(staff, call=staff.ids["good-call"])
    )
    assert answer.status_code == 422
    assert "Another agent took this call" in answer.text


def test_the_same_form_sent_twice_leads_to_the_same_plan(staff: Any) -> None:
    assert begin(staff) == begin(staff)
    answer = browser(staff, "sun").post("/coaching/new", data=entered(staff, action="Other."))
    assert answer.status_code == 422
    assert "already has an open plan" in answer.text
    assert f'href="{begin(staff)}"' in answer.text


@pytest.mark.parametrize("who", ["amy", "otto"])
def test_only_who_coaches_begins_plans(staff: Any, who: str) -> None:
    client = browser(staff, who)
    assert client.get("/coaching/new").status_code == 403
    assert client.post("/coaching/new", data=entered(staff)).status_code == 403


# --- one plan ----------------------------------------------------------------------------------


def test_an_agent_acknowledges_and_notes_and_the_supervisor_closes(staff: Any) -> None:
    plan = begin(staff)
    amy, sun = browser(staff, "amy"), browser(staff, "sun")
    page = amy.get(plan).text
    assert "I have read this" in page
    assert "Close the plan" not in page
    answer = amy.post(f"{plan}/acknowledge", data={"revision": "0"}, follow_redirects=True)
    assert "Your supervisor sees that you have read it." in answer.text
    assert "I have read this" not in answer.text
    note = "今天试了 <script>alert(1)</script> \u202etxt"
    amy.post(f"{plan}/notes", data={"note": note})
    page = sun.get(plan).text
    assert "今天试了 &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "I have read this" not in page
    answer = sun.post(
        f"{plan}/close", data={"revision": "0", "outcome": "Much better."}, follow_redirects=True
    )
    assert "The plan is closed." in answer.text
    page = amy.get(plan).text
    assert "Much better." in page
    assert "<form" not in page.split("<main")[1]


def test_a_cancelled_plan_says_why(staff: Any) -> None:
    plan = begin(staff)
    sun = browser(staff, "sun")
    sun.post(f"{plan}/cancel", data={"revision": "0", "reason": "Amy moved to another team."})
    assert "Amy moved to another team." in sun.get(plan).text
    assert plan in sun.get("/coaching?show=cancelled").text
    assert plan not in sun.get("/coaching").text


def test_a_step_that_cannot_be_taken_keeps_the_page_and_the_text(
    staff: Any, subtests: pytest.Subtests
) -> None:
    plan = begin(staff)
    sun = browser(staff, "sun")
    steps = (("close", "outcome"), ("cancel", "reason"), ("notes", "note"))
    texts = (("", "must be filled in"), ("y" * 5001, "At most"))
    for (step, field), (text, says) in product(steps, texts):
        with subtests.test(step=step, says=says):
            answer = sun.post(f"{plan}/{step}", data={"revision": "0", field: text})
            assert answer.status_code == 422
            fault = re.search(rf'id="{field}-fault">([^<]+)<', answer.text)
            assert fault
            assert says in fault[1]
            assert text in answer.text
    assert "Not yet acknowledged" in sun.get(plan).text


def test_a_stale_page_overwrites_nothing_and_shows_what_changed(staff: Any) -> None:
    plan = begin(staff)
    sun, sam = browser(staff, "sun"), browser(staff, "sam")
    sam.post(f"{plan}/edit", data=entered(staff, action="Smile <first>.", revision="0"))
    answer = sun.post(f"{plan}/edit", data=entered(staff, action="Greet by name.", revision="0"))
    assert answer.status_code == 409
    assert "Somebody else changed this plan" in alert(answer)
    assert "Action: Smile &lt;first&gt;." in alert(answer)
    assert "Due" not in alert(answer)
    assert "Greet by name.</textarea>" in answer.text
    assert 'name="revision" value="1"' in answer.text
    assert "Smile &lt;first&gt;." in sun.get(plan).text
    for step, field in (("close", "outcome"), ("cancel", "reason"), ("acknowledge", "none")):
        client = browser(staff, "amy") if step == "acknowledge" else sun
        answer = client.post(f"{plan}/{step}", data={"revision": "0", field: "My words."})
        assert answer.status_code == 409
        assert "changed or closed since you opened this page" in alert(answer)
        assert ("My words." in answer.text) is (field != "none")
    # Sent again from what is shown now, it counts.
    answer = sun.post(f"{plan}/edit", data=entered(staff, action="Greet by name.", revision="1"))
    assert answer.status_code == 302
    assert "Greet by name." in sun.get(plan).text


def test_what_was_typed_to_a_plan_that_was_closed_meanwhile_can_be_copied(staff: Any) -> None:
    plan = begin(staff)
    sun = browser(staff, "sun")
    sun.post(f"{plan}/close", data={"revision": "0", "outcome": "Done."})
    answer = browser(staff, "amy").post(f"{plan}/notes", data={"note": "One more thing."})
    assert answer.status_code == 409
    assert "One more thing." in alert(answer)
    answer = sun.post(f"{plan}/edit", data=entered(staff, action="Too late.", revision="0"))
    assert answer.status_code == 409
    assert "closed or cancelled meanwhile" in alert(answer)
    assert "Too late.</textarea>" in answer.text
    assert '<button type="submit">Save' not in answer.text


def test_a_form_that_does_not_say_what_it_was_made_from_is_stale(staff: Any) -> None:
    plan = begin(staff)
    sun = browser(staff, "sun")
    for revision in ("", "x", "-1", "99"):
        sent = entered(staff, action="Other.", revision=revision)
        assert sun.post(f"{plan}/edit", data=sent).status_code == 409


def test_an_edit_that_cannot_be_taken_keeps_what_was_typed_and_its_revision(staff: Any) -> None:
    plan = begin(staff)
    sam = browser(staff, "sam")
    answer = sam.post(f"{plan}/edit", data=entered(staff, due="never", revision="0"))
    assert answer.status_code == 422
    assert 'value="never"' in answer.text
    assert 'name="revision" value="0"' in answer.text


def test_a_day_that_was_left_as_it_stood_stays_the_same_moment(staff: Any) -> None:
    plan = begin(staff)
    plan_id = plan.rpartition("/")[2]
    sun = staff.actor("sun")
    clock = staff.app.extensions["callqa"].clock
    stored = plans.open_plan(staff.open_store, sun, clock, plan_id, 28).plan
    earlier = stored.terms.due_at - timedelta(hours=3)
    draft = plan_steps.PlanDraft(
        stored.terms.action, stored.terms.owner.public_id, earlier, stored.terms.follow_up_at
    )
    plan_steps.change_plan(staff.open_store, sun, clock, plan_id, draft, revision=0)
    with staff.app.test_request_context():
        shown = fields.shown_day(earlier)
    sent = entered(staff, due=shown, revision="1", action="Another.")
    assert browser(staff, "sun").post(f"{plan}/edit", data=sent).status_code == 302
    stored = plans.open_plan(staff.open_store, sun, clock, plan_id, 28).plan
    assert (stored.terms.due_at, stored.terms.action) == (earlier, "Another.")


def test_too_few_calls_tell_nothing_and_the_page_says_so(staff: Any) -> None:
    page = browser(staff, "sun").get(begin(staff)).text
    assert page.count("Too few calls to tell") == 2
    assert "at least 10 are needed" in page
    assert '<svg class="interval' not in page
    assert "points less" not in page


def test_the_time_before_can_be_chosen(staff: Any) -> None:
    sun, plan = browser(staff, "sun"), begin(staff)
    for days in ("14", "84", "28", "9999", "x", "-1"):
        chosen = days if days in ("14", "84") else "28"
        page = sun.get(f"{plan}?days={days}").text
        assert re.search(rf'days={chosen}#effect" aria-current="true"', page)


def test_a_plan_that_is_not_there_is_404(staff: Any) -> None:
    sun = browser(staff, "sun")
    for address in ("", "/edit"):
        assert sun.get(f"/coaching/nothing{address}").status_code == 404
    for step in ("edit", "close", "cancel", "notes", "acknowledge"):
        answer = sun.post(
            f"/coaching/nothing/{step}", data=entered(staff, note="x", outcome="x", reason="x")
        )
        assert answer.status_code == 404
