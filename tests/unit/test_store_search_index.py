from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select

from qa.store import search_index
from qa.store.searching import search_form
from qa.store.tables import Base, CallRow, CallTextRow

SAID = st.text(alphabet="abcé 你好退款单，.-_1290'", max_size=40).map(search_form)
TERMS = st.text(alphabet="abcé你好退款单-_1290'", min_size=1, max_size=6).map(search_form)


def found_in(texts: list[str], term: str) -> list[int]:
    """The places of the texts, as they are stored, in which a term is found through the index."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, [CallRow.__table__, CallTextRow.__table__])
    with engine.begin() as connection:
        for number, said in enumerate(texts, start=1):
            name = str(number)
            call = {"id": number, "public_id": name, "call_id": name, "recording_name": name}
            facts = {"direction": "unknown", "ended_by": "unknown", "attributes": {}}
            connection.execute(insert(CallRow).values(**call, **facts, status="scored"))
            connection.execute(insert(CallTextRow).values(call_id=number, text=said))
        search_index.make(connection)
        says = search_index.says("sqlite", term)
        ids = connection.scalars(select(CallRow.id).where(says).order_by(CallRow.id)).all()
    engine.dispose()
    return [each - 1 for each in ids]


@settings(max_examples=60, deadline=None)
@given(st.lists(SAID, min_size=1, max_size=4), TERMS)
def test_the_index_finds_what_reading_every_text_would_find(texts: list[str], term: str) -> None:
    if term:
        assert found_in(texts, term) == [place for place, said in enumerate(texts) if term in said]


def test_no_match_spans_two_runs() -> None:
    texts = ["退款\n单据", "退款单据", "abc def", "abcdef"]
    assert found_in(texts, "款单") == [1]
    assert found_in(texts, "退款单") == [1]
    assert found_in(texts, "bcde") == [3]
