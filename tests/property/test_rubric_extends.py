"""What holds of every rubric that extends another: the text that is kept of it is stable and stands alone."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain.rubric import Rubric
from qa.interop.rubric_yaml import parse
from qa.interop.rubric_yaml.building import rubric
from qa.interop.rubric_yaml.document import Node, read
from qa.interop.rubric_yaml.extends import text_of, whole

IDS = ("greeting", "name", "thanks", "farewell")
SECTIONS = ("opening", "closing")
TEXT = {"zh": "文", "en": "text"}
PARENT = read(
    json.dumps(
        {
            "schema": 1,
            "id": "parent",
            "version": "2026.1.1",
            "title": TEXT,
            "sections": [{"id": section, "title": TEXT} for section in SECTIONS],
            "detectors": {"greets": {"phrase": {"zh": ["您好"]}}},
            "criteria": [
                {
                    "id": own,
                    "section": SECTIONS[place // 2],
                    "title": TEXT,
                    "standard": TEXT,
                    "example": TEXT,
                    "points": 5,
                    "pass_if": {"use": "greets"},
                }
                for place, own in enumerate(IDS)
            ],
        }
    ),
    "parent.yaml",
)

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
texts = st.fixed_dictionaries({"zh": words, "en": words})
shares = st.integers(1, 19).map(lambda twentieths: twentieths / 20)
points = st.integers(1, 200) | st.floats(0.5, 100, allow_nan=False)
detectors = st.sampled_from(
    (
        {"phrase": {"zh": ["您好", "是", "123"], "en": ["yes", "hello: there"]}},
        {"company_name": {"within": {"first_s": 20, "last_share": 0.25}}},
        {"none": [{"use": "greets"}]},
        {"signal": {"kind": "hold", "at_least_s": 1e-3}},
    )
)


@st.composite
def levels(draw: st.DrawFn) -> list[dict[str, Any]]:
    steps = sorted(draw(st.sets(shares, min_size=1, max_size=3)), reverse=True)
    scale = [{"share": share, "title": draw(texts), "if": draw(detectors)} for share in steps]
    return [*scale, {"share": 0, "title": draw(texts)}]


@st.composite
def changes(draw: st.DrawFn, ids: tuple[str, ...]) -> dict[str, Any]:
    """Some fields of an inherited criterion."""
    fields: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {"id": st.sampled_from(ids)},
            optional={
                "title": texts,
                "standard": texts,
                "example": texts,
                "bad_example": texts,
                "points": points,
                "critical": st.booleans(),
                "applies_if": detectors,
                "min_confidence": shares,
            },
        )
    )
    way = draw(st.sampled_from(("", "pass_if", "levels")))
    if way:
        fields[way] = draw(levels() if way == "levels" else detectors)
    return fields


@st.composite
def new_criteria(draw: st.DrawFn, number: int, stands_after: tuple[str, ...]) -> dict[str, Any]:
    fields = {
        "id": f"new_{number}",
        "section": draw(st.sampled_from(SECTIONS)),
        "title": draw(texts),
        "standard": draw(texts),
        "example": draw(texts),
        "points": draw(points),
        "levels": draw(levels()),
    }
    if draw(st.booleans()):
        fields["after"] = draw(st.sampled_from(stands_after))
    return fields


@st.composite
def variants(draw: st.DrawFn) -> dict[str, Any]:
    """An extending rubric, as its writer might put it."""
    gone = draw(st.lists(st.sampled_from(IDS), max_size=3, unique=True))
    kept = tuple(each for each in IDS if each not in gone)
    changed = draw(st.lists(changes(kept), max_size=3, unique_by=lambda fields: str(fields["id"])))
    new = [draw(new_criteria(number, kept)) for number in range(draw(st.integers(0, 2)))]
    fields: dict[str, Any] = {
        "schema": 1,
        "id": "variant",
        "version": "2026.11.1",
        "title": draw(texts),
        "extends": "parent",
    }
    if gone:
        fields["without"] = gone
    if changed or new:
        fields["criteria"] = [*changed, *new]
    if draw(st.booleans()):
        fields["detectors"] = {"greets": draw(detectors.filter(lambda d: "none" not in d))}
    return fields


def resolved(fields: dict[str, Any]) -> Node:
    apart = json.loads(
        json.dumps(fields)
    )  # what is the same twice is written twice, not as an alias
    text = yaml.safe_dump(apart, allow_unicode=True, sort_keys=False)
    return whole(read(text, "variant.yaml"), lambda _: PARENT)


def built(document: Node, text: str) -> Rubric:
    return rubric(document, hashlib.sha256(text.encode()).hexdigest())


@given(variants())
@settings(max_examples=40, deadline=None)
def test_the_kept_text_reads_back_as_the_same_rubric_and_as_the_same_text(
    fields: dict[str, Any],
) -> None:
    document = resolved(fields)
    text = text_of(document)
    assert parse(text) == built(document, text)
    assert text_of(read(text, "kept.yaml")) == text


@given(variants(), st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_in_which_fields_are_written_is_no_part_of_the_rubric(
    fields: dict[str, Any], order: Any
) -> None:
    def shuffled(mapping: dict[str, Any]) -> dict[str, Any]:
        keys = list(mapping)
        order.shuffle(keys)
        return {key: mapping[key] for key in keys}

    again = shuffled(fields)
    again["criteria"] = [shuffled(each) for each in fields.get("criteria", ())]
    if not again["criteria"]:
        del again["criteria"]
    assert text_of(resolved(again)) == text_of(resolved(fields))


@given(variants())
@settings(max_examples=30, deadline=None)
def test_every_criterion_is_inherited_once_unless_it_is_left_out(fields: dict[str, Any]) -> None:
    text = text_of(resolved(fields))
    ids = [each.id for each in parse(text).criteria]
    new = {each["id"] for each in fields.get("criteria", ())}
    assert len(ids) == len(set(ids))
    assert set(ids) == (set(IDS) - set(fields.get("without", ()))) | new
