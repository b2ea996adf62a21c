"""The judge on a model that runs here: a tiny one, trained for it, in the forms that models come in."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from models import causal_lm, judge_transformers
from models.judge import JudgeChoice
from models.judge_transformers import MARGIN, TransformersJudge
from models.local_models import located
from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Answer, Case, Finding, Line, Opinion, Quote
from qa.domain.detectors.judge import AskJudge
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.errors import ModelMissing
from qa.domain.wording import LANGUAGES, Language, Reason, Text
from tests.contract import tiny_judge
from tests.contract.tiny_judge import LONGEST, PLAIN, QUESTION, SORRY, call, misdialled

pytestmark = pytest.mark.models

FRESH = 40
LEARNED = 0.9
"""Share of calls that the tiny model must get right; what it is asked is easy."""


@pytest.fixture(scope="session")
def continues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that only continues a text."""
    folder = tmp_path_factory.mktemp("tiny") / "continues"
    tiny_judge.build(folder)
    return folder


@pytest.fixture(scope="session")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that was taught to answer, with a chat template."""
    folder = tmp_path_factory.mktemp("tiny") / "chats"
    tiny_judge.build(folder, chats=True)
    return folder


@pytest.fixture(params=["continues", "chats"])
def judge(request: pytest.FixtureRequest) -> TransformersJudge:
    return on(request.getfixturevalue(request.param))


def on(folder: Path) -> TransformersJudge:
    return judge_transformers.build(folder, device="cpu", threads=1)


def ask(judge: TransformersJudge, lines: Sequence[Line], language: Language = "en") -> Opinion:
    said = judge.ask(QUESTION[language], lines, speaker=Role.AGENT, language=language)
    assert isinstance(said, Opinion), said
    return said


def fresh(
    make: Callable[[random.Random, Language, int], list[Line]],
) -> list[tuple[Language, list[Line]]]:
    """Calls that the model has not seen."""
    draw = random.Random(2026)  # noqa: S311 - the same calls every time
    languages = [draw.choice(LANGUAGES) for _ in range(FRESH)]
    return [(language, make(draw, language, draw.randint(3, LONGEST))) for language in languages]


# --- its answers -------------------------------------------------------------------------------


def test_the_answer_depends_on_what_is_said(judge: TransformersJudge) -> None:
    for answer, calls in {
        "yes": fresh(lambda *of: call(*of[:2], Role.AGENT, of[2])),
        "no": fresh(lambda *of: call(*of[:2], None, of[2])),
        "not_applicable": fresh(misdialled),
    }.items():
        opinions = [ask(judge, lines, language) for language, lines in calls]
        right = [each for each in opinions if each.answer == answer]
        assert len(right) >= LEARNED * FRESH, answer
        assert all(each.probability > 1 / 3 and each.mass > 0.5 for each in right)


def test_a_yes_names_the_line_that_proves_it(judge: TransformersJudge) -> None:
    named = []
    for language, lines in fresh(lambda *of: call(*of[:2], Role.AGENT, of[2])):
        opinion = ask(judge, lines, language)
        assert all(quote.text == lines[quote.line - 1].text for quote in opinion.quotes)
        named.append([quote.text for quote in opinion.quotes] == [SORRY[language]])
    assert sum(named) >= LEARNED * FRESH


def test_what_the_customer_orders_is_not_obeyed(judge: TransformersJudge) -> None:
    for language in LANGUAGES:
        order = Line(Role.CUSTOMER, PLAIN[language][3])
        said = [Line(Role.AGENT, PLAIN[language][0]), order, Line(Role.AGENT, PLAIN[language][2])]
        assert ask(judge, [*said, order], language).answer == "no"


def test_the_customers_apology_is_not_the_agents(judge: TransformersJudge) -> None:
    plain = call(random.Random(1), "en", None, 5)  # noqa: S311 - any call
    at_2, at_3 = (
        [*plain[: place - 1], Line(plain[place - 1].speaker, SORRY["en"]), *plain[place:]]
        for place in (2, 3)
    )
    by_customer, by_agent = finding(judge, at_2), finding(judge, at_3)
    assert by_customer.answer is Answer.UNSURE
    assert by_customer.reason.code == "unsure.judge_speaker"
    assert (by_agent.answer, by_agent.evidence[0].quote) == (Answer.YES, SORRY["en"])


def finding(judge: TransformersJudge, lines: Sequence[Line]) -> Finding:
    turns = [WrittenTurn(line.speaker, line.text) for line in lines]
    transcript, signals = written_call(turns, timed=True, language="en")
    case = Case(CallRecord("c"), transcript, signals, (), phonetics(), judge=judge)
    return AskJudge(Text(QUESTION["zh"], QUESTION["en"])).find(case)


def test_an_answer_does_not_depend_on_what_was_asked_before(judge: TransformersJudge) -> None:
    calls = fresh(lambda *of: call(*of[:2], Role.AGENT, of[2]))[:6]
    alone = []
    for language, lines in calls:
        assert judge._model is None or judge._model.forget() is None
        alone.append(ask(judge, lines, language))
    in_turn = [ask(judge, lines, language) for language, lines in calls]
    twice = [[ask(judge, lines, language) for _ in range(2)] for language, lines in calls]
    assert alone == in_turn
    assert twice == [[each, each] for each in alone]


def test_a_second_question_about_a_call_costs_no_second_reading(continues: Path) -> None:
    judge = on(continues)
    lines = call(random.Random(1), "en", None, LONGEST)  # noqa: S311 - any call
    ask(judge, lines)
    assert judge._model is not None
    read: list[int] = []
    network = judge._model._model
    run = network.forward
    network.forward = lambda **given: read.append(given["input_ids"].shape[1]) or run(**given)
    judge.ask("Something else?", lines, speaker=Role.AGENT, language="en")
    assert read
    assert max(read) < LONGEST


# --- what does not fit -------------------------------------------------------------------------


def test_a_call_too_long_for_the_model_is_read_from_both_ends(continues: Path) -> None:
    judge = on(continues)
    plain = [Line(Role.AGENT, PLAIN["en"][n % 3]) for n in range(200)]
    no = ask(judge, plain)
    assert no.left_out > 100
    assert judge._model is not None
    prompts = judge_transformers._fitted(judge._model, QUESTION["en"], plain, Role.AGENT, "en")
    assert prompts is not None
    assert prompts.longest <= judge._model.room - MARGIN
    assert prompts.left_out[0] > 1
    assert prompts.left_out[-1] < 200
    assert len(prompts.left_out) == no.left_out
    found = finding(judge, plain)
    assert found.answer is not Answer.NO


def test_a_model_that_has_no_room_for_a_single_line_does_not_answer(continues: Path) -> None:
    judge = on(continues)
    endless = Line(Role.AGENT, "very " * 5 + "long")
    short = ask(judge, [endless])
    assert short.left_out == 0
    question = "\n".join(["why?"] * 80)
    said = judge.ask(question, [endless], speaker=Role.AGENT, language="zh")
    assert said == Reason("unsure.judge_cut", {"count": 1})


# --- models that are no judges -----------------------------------------------------------------


def changed(folder: Path, to: Path, weights: Callable[[torch.Tensor], torch.Tensor]) -> Path:
    """The same model with other weights."""
    shutil.copytree(folder, to)
    file = to / "model.safetensors"
    save_file(
        {name: weights(value) for name, value in load_file(file).items()}, file, {"format": "pt"}
    )
    return to


def test_a_model_that_knows_nothing_is_not_believed(continues: Path, tmp_path: Path) -> None:
    untaught = changed(continues, tmp_path / "untaught", torch.zeros_like)
    judge = on(untaught)
    lines = call(random.Random(1), "en", Role.AGENT, 5)  # noqa: S311 - any call
    assert ask(judge, lines).mass < 0.2
    assert finding(judge, lines).reason.code == "unsure.judge_vague"


def test_a_model_that_gives_no_numbers_is_a_fault_of_its_own(
    continues: Path, tmp_path: Path
) -> None:
    broken = changed(
        continues, tmp_path / "broken", lambda value: torch.full_like(value, float("nan"))
    )
    lines = call(random.Random(1), "en", Role.AGENT, 5)  # noqa: S311 - any call
    assert finding(on(broken), lines).reason == Reason(
        "silent.judge_failed", {"kind": "ArithmeticError"}
    )


def test_weights_that_are_programs_are_not_loaded(continues: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(continues, folder)
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    with pytest.raises(ModelMissing, match="no causal language model"):
        causal_lm.load(folder, device="cpu")
    lines = [Line(Role.AGENT, SORRY["en"])]
    assert finding(on(folder), lines).reason == Reason(
        "silent.judge_failed", {"kind": "ModelMissing"}
    )


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    for source in (str(tmp_path), "nobody/has-this-model", "no such name!"):
        with pytest.raises(ModelMissing) as caught:
            located(source, "QA_JUDGE_MODEL")
        assert "QA_JUDGE_MODEL" in caught.value.hint


def test_other_weights_of_the_same_size_have_another_revision(
    continues: Path, tmp_path: Path
) -> None:
    choice = JudgeChoice("transformers", str(continues))
    assert choice.identity().startswith("continues@")
    same = tmp_path / "same" / "continues"
    shutil.copytree(continues, same)
    assert replace(choice, model=str(same)).identity() == choice.identity()
    other = changed(continues, tmp_path / "other" / "continues", lambda value: value * 1.001)
    assert replace(choice, model=str(other)).identity() != choice.identity()


def test_nothing_is_loaded_before_the_first_question(continues: Path) -> None:
    judge = JudgeChoice("transformers", str(continues), threads=1).build()
    assert isinstance(judge, TransformersJudge)
    assert judge._model is None
    assert ask(judge, [Line(Role.AGENT, SORRY["en"])]).quotes == (Quote(1, SORRY["en"]),)
