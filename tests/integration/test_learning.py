"""A site whose agents ask in their own words teaches the machine, and nothing that it knew is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

import rubrics
from models.head_trainer import SiteTrainer
from qa import bootstrap
from qa.batch.items import Heard
from qa.batch.plan import scorecard_fingerprint
from qa.bootstrap.steps import pipeline
from qa.domain.access import CONSOLE
from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid
from qa.domain.lesson import Lesson, LessonState, NothingLearned
from qa.domain.records import CallDetail
from qa.domain.scorecard import Outcome
from qa.domain.scoring import judge
from qa.ports.learning import BankSentence
from qa.services.ingest import Job
from qa.services.learning import deciding, making
from qa.services.score_text import CaseOf, dialogue_case
from tests.integration.learning_lab import ASKED, Site, settings_of, write_rubric_without_heads
from tests.integration.learning_wording import BESIDE, EARLIER, LATER, OTHERWISE

pytestmark = pytest.mark.models

CRITERION = "satisfaction_question"
PASS, FAIL = Outcome.PASS, Outcome.FAIL
GAIN = 0.20
LOSS = 0.01


class Unwatched:
    """A ``Watcher`` that counts."""

    def __init__(self) -> None:
        self.judging = self.done = 0

    def heads(self, names: object) -> None: ...

    def trained(self, name: str) -> None: ...

    def calls(self, count: int) -> None:
        self.judging = count

    def judged(self) -> None:
        self.done += 1


@dataclass
class Learnt:
    site: Site
    lesson: Lesson
    document: str
    later: Mapping[str, tuple[str, bool]]
    """By call: the language, and whether the agent asks."""


def corrected(site: Site, languages: tuple[str, ...]) -> int:
    """Calls of some weeks: forty corrections in all of the languages, and what a person confirms beside them."""
    corrections = 0
    for place in range(20):
        for language in languages:
            call = site.call(f"asks-{language}-{place}", EARLIER[language][place], language)
            said = EARLIER[language][place]
            corrections += site.verdict(call, CRITERION).outcome is not PASS
            site.review(call, PASS, said)
            site.later(hours=3)
            if place % 2:
                said = OTHERWISE[language][place // 2]
                call = site.call(f"omits-{language}-{place}", said, language)
                site.review(call, FAIL)
                site.later(hours=3)
    return corrections


def heard_later(site: Site) -> dict[str, tuple[str, bool]]:
    found = {}
    for language in ("zh", "en"):
        for place, said in enumerate(LATER[language]):
            call = site.call(f"later-asks-{language}-{place}", said, language)
            found[call] = (language, True)
        for place, said in enumerate(OTHERWISE[language][10:]):
            call = site.call(f"later-omits-{language}-{place}", said, language)
            found[call] = (language, False)
    return found


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Learnt:
    site = Site(settings_of(tmp_path_factory.mktemp("site")))
    assert 35 <= corrected(site, ("zh", "en")) <= 40
    lesson = making.make_lesson(
        site.open_store,
        site.clock,
        CONSOLE,
        bootstrap.lesson_lab(site.settings),
        Unwatched(),
        since=site.clock.now() - timedelta(days=30),
    )
    with site.open_store() as unit:
        document = unit.lessons.document(lesson.public_id)
    site.later(days=1)
    return Learnt(site, lesson, document, heard_later(site))


def passed(site: Site, calls: Mapping[str, tuple[str, bool]], case_of: CaseOf) -> dict[str, bool]:
    criterion = site.source.rubric.criterion(CRITERION)
    assert criterion
    found = {}
    with site.open_store() as unit:
        for call in calls:
            detail = unit.calls.detail(call)
            assert detail.hearing
            case = case_of(detail.record, detail.hearing.transcript, detail.hearing.signals)
            found[call] = judge(criterion, case).outcome is PASS
    return found


def test_forty_corrections_raise_detection_on_later_calls_by_twenty_points(learnt: Learnt) -> None:
    before = passed(learnt.site, learnt.later, bootstrap.case_of(learnt.site.settings))
    after = passed(
        learnt.site, learnt.later, bootstrap.case_of(learnt.site.settings, learnt.document)
    )
    for language in ("zh", "en"):
        asks = [
            call for call, (spoken, does) in learnt.later.items() if spoken == language and does
        ]
        omits = [
            call for call, (spoken, does) in learnt.later.items() if spoken == language and not does
        ]
        was = sum(before[call] for call in asks) / len(asks)
        now = sum(after[call] for call in asks) / len(asks)
        assert now >= was + GAIN, language
        assert not any(after[call] for call in omits), f"{language}: a false alarm"
    assert not {sentence for said in LATER.values() for sentence in said} & {
        sentence for said in EARLIER.values() for sentence in said
    }


def right(calls: list[Dialogue], case_of: CaseOf, site: Site) -> dict[str, list[bool]]:
    """By criterion, whether each golden call is judged as it is expected to be."""
    found: dict[str, list[bool]] = {}
    for call in calls:
        case = dialogue_case(call, case_of)
        for criterion in ASKED:
            rule = site.source.rubric.criterion(criterion)
            if rule and criterion in call.expected:
                outcome = judge(rule, case).outcome
                found.setdefault(criterion, []).append(outcome is call.expected[criterion])
    return found


def test_no_criterion_loses_a_point_on_the_golden_set(learnt: Learnt) -> None:
    """The other criteria ask no head, so that a lesson cannot touch them."""
    folder = Path(rubrics.__file__).with_name("golden")
    golden = []
    for one in bootstrap.golden(folder, "service-standard"):
        assert not isinstance(one, DialogueInvalid)
        golden.append(one.dialogue)
    settings = bootstrap.golden_settings(learnt.site.settings, folder)
    before = right(golden, bootstrap.case_of(settings), learnt.site)
    after = right(golden, bootstrap.case_of(settings, learnt.document), learnt.site)
    assert set(before) == set(ASKED)
    for criterion, marks in before.items():
        assert len(marks) > 100
        assert sum(after[criterion]) >= sum(marks) - LOSS * len(marks), criterion


def test_no_other_criterion_of_the_sites_calls_changes(learnt: Learnt) -> None:
    with learnt.site.open_store() as unit:
        counts = unit.lessons.counts(learnt.lesson.public_id)
    assert {each.criterion for each in counts} == {CRITERION}
    assert not [each for each in counts if each.after is FAIL], "a lesson took a point away"
    assert learnt.lesson.rescored == 60


def test_a_lesson_says_what_it_learnt_and_what_lacks(learnt: Learnt) -> None:
    (figures,) = learnt.lesson.figures
    assert figures.earned
    assert figures.criteria == (CRITERION,)
    assert sum(each.gained for each in figures.later.values()) > 0
    assert not any(each.repeated for each in figures.later.values())
    left = {each.params["head"]: each.code for each in learnt.lesson.left}
    assert left["discourtesy"] == "lesson.too_few"
    assert CRITERION not in left
    assert learnt.lesson.state is LessonState.CANDIDATE
    assert (
        learnt.lesson.digest
        in bootstrap.scoring_models(
            learnt.site.settings, learnt.site.source.rubric, learnt.document
        )["encoder"]
    )


def test_a_candidate_scores_nothing_and_a_lesson_in_use_what_comes_next(learnt: Learnt) -> None:
    site, rubric = learnt.site, learnt.site.source.rubric
    call = next(
        call
        for call, does in passed(
            site, learnt.later, bootstrap.case_of(site.settings, learnt.document)
        ).items()
        if does and site.verdict(call, CRITERION).outcome is not PASS
    )
    assert bootstrap.learned(site.settings) is None
    encoder = bootstrap.encoder_in_use(site.settings)
    deciding.accept(site.open_store, site.clock, CONSOLE, learnt.lesson.public_id, encoder=encoder)
    try:
        used = bootstrap.learned(site.settings)
        assert used == learnt.document
        recipe = bootstrap.recipe(site.settings)
        fingerprints = {
            scorecard_fingerprint(
                "written",
                replace(
                    recipe, scoring_models=bootstrap.scoring_models(site.settings, rubric, lesson)
                ),
                rubric.ref,
                detail_of(site, call).record,
            )
            for lesson in (None, used)
        }
        assert len(fingerprints) == 2
        before = detail_of(site, call)
        assert before.scorecard
        assert site.verdict(call, CRITERION).outcome is not PASS, "what was scored stays"
        rescore(site, call, used)
        after = detail_of(site, call)
        assert site.verdict(call, CRITERION).outcome is PASS
        assert f"lesson@{learnt.lesson.digest}" in after.models["encoder"]
        assert before.version
        with site.open_store() as unit:
            history = unit.reviews.scored_version(call, before.version)
        assert history
        assert history.scorecard == before.scorecard
    finally:
        deciding.give_up(site.open_store, site.clock, CONSOLE, learnt.lesson.public_id)
    assert bootstrap.learned(site.settings) is None


def detail_of(site: Site, call: str) -> CallDetail:
    with site.open_store() as unit:
        return unit.calls.detail(call)


def rescore(site: Site, call: str, learned: str) -> None:
    """What a run does with a recording that was heard before."""
    detail = detail_of(site, call)
    assert detail.recording
    assert detail.hearing
    job = Job(
        path=Path(detail.recording_name),
        sha256=detail.recording.sha256,
        record=detail.record,
        fingerprint="learned",
        hearing_fingerprint=detail.hearing.fingerprint,
        heard=(detail.recording, detail.hearing),
    )
    score = pipeline(site.settings, site.source.rubric, learned)[-1].factory()
    scored = score.run(Heard(job, detail.recording, detail.hearing))
    with site.open_store(writes=True) as unit:
        run = unit.runs.begin(site.clock.now())
        assert unit.calls.add_scored(scored, run_id=run, at=site.clock.now())
        unit.commit()


# --- what does not learn -----------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Site:
    return Site(settings_of(tmp_path))


def learn(site: Site, *criteria: str, lab: making.Lab | None = None) -> Lesson:
    return making.make_lesson(
        site.open_store,
        site.clock,
        CONSOLE,
        lab or bootstrap.lesson_lab(site.settings),
        Unwatched(),
        criteria=criteria,
        since=site.clock.now() - timedelta(days=30),
    )


def test_too_few_decisions_are_told_with_how_many_more_it_takes(small: Site) -> None:
    for place in range(3):
        said = EARLIER["zh"][place]
        small.review(small.call(f"c{place}", said, "zh"), PASS, said)
    with pytest.raises(NothingLearned) as told:
        learn(small)
    reasons = {reason.params["head"]: reason for reason in told.value.reasons}
    assert reasons[CRITERION].code == "lesson.too_few"
    assert reasons[CRITERION].params["positives"] == 3
    assert reasons[CRITERION].params["more_positives"] == 17
    with small.open_store() as unit:
        assert unit.lessons.every() == ()


def test_what_is_known_already_makes_no_lesson(small: Site) -> None:
    """Forty times the same right verdicts: the rules find all of it, and there is nothing to gain."""
    others = (*OTHERWISE["zh"], *BESIDE["zh"])
    for place in range(24):
        said = f"您对{place}号坐席的服务还满意吗？"
        small.review(small.call(f"asks{place}", said, "zh"), PASS)
        small.later()
        if place < len(others):
            small.review(small.call(f"omits{place}", others[place], "zh"), FAIL)
            small.later()
    with pytest.raises(NothingLearned) as told:
        learn(small, CRITERION)
    (reason,) = told.value.reasons
    assert reason.code == "lesson.no_better"


def test_a_criterion_that_asks_no_head_cannot_learn(small: Site) -> None:
    with pytest.raises(NothingLearned, match="privacy"):
        learn(small, "privacy")


def test_a_rubric_without_heads_is_told_how_to_ask_one(tmp_path: Path) -> None:
    settings = settings_of(tmp_path).model_copy(update={"rubric": "plain"})
    write_rubric_without_heads(settings.rubric_dir or tmp_path)
    with pytest.raises(NothingLearned, match="asks a head"):
        learn(Site(settings))


class KnownOtherwise(SiteTrainer):
    """A trainer whose bank holds back the later sentences, as ones that ask nothing."""

    def bank(self) -> Sequence[BankSentence]:
        """The phrase bank that ships, and these."""
        known = [BankSentence(CRITERION, "en", said, False, True) for said in LATER["en"]]
        return (*super().bank(), *known)


def test_a_head_that_takes_known_sentences_falsely_is_left_out_whatever_it_finds(
    small: Site,
) -> None:
    """Much more of what was decided later would be found, and what the bank knows as no question with it."""
    others = (*OTHERWISE["en"], *BESIDE["en"])
    for place, said in enumerate((*EARLIER["en"], *LATER["en"])):
        small.review(small.call(f"asks-{place}", said, "en"), PASS, said)
        small.later()
        if place < len(others):
            small.review(small.call(f"omits-{place}", others[place], "en"), FAIL)
            small.later()
    chosen = bootstrap.encoder(small.settings)
    assert chosen
    lab = replace(bootstrap.lesson_lab(small.settings), trainer=KnownOtherwise(chosen, None))
    with pytest.raises(NothingLearned) as told:
        learn(small, CRITERION, lab=lab)
    (reason,) = told.value.reasons
    assert reason.code == "lesson.no_better"
    assert reason.params["after"] > reason.params["before"]
    assert reason.params["spoiled"] > 0
