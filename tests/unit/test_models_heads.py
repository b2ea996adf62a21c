"""The heads that ship, the bank that they were trained from, and the encoder that they belong to."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.heads.rules import CRITERIA, rule_of
from bench.heads.training import Material, train
from models import encoders, heads, manifest
from models.encoder_use import WEIGHT, UseEncoder
from models.phrase_bank import BANK, held_back, read_bank
from models.registry import Registry
from models.semantics import EncoderSemantics, identity
from qa.domain.errors import ModelMissing
from qa.domain.rubric import Rubric
from qa.ports.learning import BankSentence
from tests.unit.meanings import PairEncoder, head_for, meanings

DOCUMENT = tomllib.loads(heads.FILE.read_text(encoding="utf-8"))


# --- the file ----------------------------------------------------------------------------------


def test_the_heads_are_of_the_bank_that_is_there() -> None:
    assert heads.shipped().bank_sha256 == heads.bank_digest(BANK), "run: make heads"


def test_the_heads_are_of_the_encoder_that_ships() -> None:
    assert heads.shipped().encoder == f"{WEIGHT}@{manifest.revision(WEIGHT)}"


@pytest.mark.parametrize("head", sorted(DOCUMENT["use"]))
def test_a_head_in_use_beats_the_rules_on_sentences_held_back(head: str) -> None:
    splits = [DOCUMENT["figures"][head][f"test_{language}"] for language in ("zh", "en")]
    assert sum(split["both"][0] - split["rules"][0] for split in splits) > 0
    assert all(split["both"][1] == split["rules"][1] for split in splits)
    marks = heads.shipped().by_name[head].marks
    assert 0.5 <= marks.maybe <= marks.sure <= 1


def test_every_head_of_the_bank_has_its_figures() -> None:
    assert set(DOCUMENT["figures"]) == set(CRITERIA) == {each.head for each in read_bank()}


def test_the_bank_has_enough_of_both_in_both_languages_and_holds_back_a_third() -> None:
    bank = read_bank()
    for head in CRITERIA:
        for language in ("zh", "en"):
            here = [each for each in bank if (each.head, each.language) == (head, language)]
            for positive in (True, False):
                assert sum(each.positive is positive for each in here) >= 60, (head, language)
            assert 0.2 < sum(each.held_back for each in here) / len(here) < 0.4


def test_a_line_of_the_bank_without_a_sign_is_named(tmp_path: Path) -> None:
    (tmp_path / "thanks.en.txt").write_text("# one\n+ Thank you.\nThanks\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"thanks\.en\.txt:3"):
        read_bank(tmp_path)


def test_the_page_shows_the_figures_of_the_file(root: Path) -> None:
    page = (root / "docs/semantic.md").read_text(encoding="utf-8")
    for head, figures in DOCUMENT["figures"].items():
        for language, name, used in (
            ("zh", f"`{head}`", "yes" if head in DOCUMENT["use"] else "no"),
            ("en", "", ""),
        ):
            split = figures[f"test_{language}"]
            counts = (split["rules"], split["encoder"], split["both"])
            cells = " | ".join(f"{hits}/{split['positives']}, {false}" for hits, false in counts)
            assert f"| {name} | {language} | {cells} | {used} |" in page, "run: make heads"


# --- training ----------------------------------------------------------------------------------


def material() -> Material:
    """Sentences that one word tells apart, and no encoder of spelling can miss."""
    examples = [
        BankSentence("thanks", language, sentence, positive, held_back(sentence))
        for language in ("zh", "en")
        for number in range(40)
        for start, positive in (("thank you for", True), ("your order is", False))
        for sentence in (f"{start} {number}",)
    ]
    rules = {each.sentence for each in examples if each.positive and each.sentence.endswith("1")}
    return Material(examples, rules, ["see you soon"], [["goodbye now"]])


def test_training_twice_gives_the_same_head() -> None:
    given = material()
    said = {each.sentence for each in given.examples} | {"see you soon", "goodbye now"}
    vector_of = dict(zip(said, PairEncoder().encode(list(said)), strict=True))
    assert train("thanks", given, vector_of) == train("thanks", given, vector_of)


def test_sentences_held_back_change_nothing_but_their_own_figures() -> None:
    given = material()
    said = {each.sentence for each in given.examples} | {"see you soon", "goodbye now"}
    vector_of = dict(zip(said, PairEncoder().encode(list(said)), strict=True))
    turned = [
        replace(each, positive=not each.positive) if each.held_back else each
        for each in given.examples
    ]
    right = train("thanks", given, vector_of)
    wrong = train("thanks", replace(given, examples=turned), vector_of)
    assert any(each.held_back for each in given.examples)
    assert (right.weights, right.bias, right.marks) == (wrong.weights, wrong.bias, wrong.marks)
    assert right.beats_the_rules
    assert not wrong.beats_the_rules


def test_the_rules_beside_a_head_are_those_of_its_criterion_wherever_it_is_said(
    standard: Rubric,
) -> None:
    for head, said, other in (
        ("greeting", "您好，请讲", "路由器没有收到"),
        ("hold_notice", "请您稍等片刻", "路由器没有收到"),
        ("farewell", "Goodbye, have a nice day.", "The router is here."),
        ("secret_request", "请您报一下密码", "路由器没有收到"),
        ("upset", "我气死了", "我想改个地址"),
    ):
        rule = rule_of(standard, head)
        assert rule(said), head
        assert not rule(other), head


# --- meanings ----------------------------------------------------------------------------------


def test_each_sentence_is_encoded_once_however_often_it_is_asked_about() -> None:
    encoder = PairEncoder()
    known = EncoderSemantics(
        encoder, heads.Heads(identity(encoder), "", "", {"a": head_for("再见")})
    )
    for _ in range(2):
        known.likeness(["您好", "再见", "您好"], ["你好"])
        known.ratings("a", ["再见"])
    assert sorted(encoder.encoded) == sorted(["您好", "再见", "你好"])


def test_likeness_is_to_the_nearest_example() -> None:
    alike = meanings().likeness(["thank you", "goodbye"], ["thank you", "bye"])
    assert alike[0] == 1
    assert 0 < alike[1] < 1
    assert meanings().likeness([], ["bye"]) == []


def test_heads_of_another_encoder_are_not_used() -> None:
    other = EncoderSemantics(PairEncoder(), heads.shipped())
    assert other.marks(next(iter(heads.shipped().by_name))) is None


def test_a_head_is_surest_of_what_it_knows() -> None:
    known, other = meanings(a=head_for("thank you")).ratings("a", ["thank you", "xyz"])
    assert known > 0.95
    assert other < 0.05


# --- which encoder -----------------------------------------------------------------------------


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """An installation whose manifest names weights of a package that nobody has."""
    unknown = manifest.Part("call-qa-test-nowhere", "weights.npz")
    weight = manifest.weight(WEIGHT)
    files = tuple(replace(file, packaged=(unknown,)) for file in weight.files)
    monkeypatch.setattr(manifest, "weights", lambda: (replace(weight, files=files),))
    return Registry(tmp_path)


def test_without_weights_auto_is_off_and_a_name_says_how_to_get_them(
    nothing_installed: Registry,
) -> None:
    assert encoders.chosen("off", nothing_installed) is None
    assert encoders.chosen("auto", nothing_installed) is None
    with pytest.raises(ModelMissing) as missing:
        encoders.chosen(WEIGHT, nothing_installed)
    assert "call-qa[semantic]" in missing.value.hint


def test_with_weights_auto_is_the_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / WEIGHT).mkdir()
    for file in manifest.weight(WEIGHT).files:
        (tmp_path / WEIGHT / file.file).touch()
    for setting in ("auto", WEIGHT):
        chosen = encoders.chosen(setting, Registry(tmp_path))
        assert isinstance(chosen, UseEncoder)
        assert set(encoders.heads_in_use(chosen)) == set(DOCUMENT["use"])


@pytest.mark.parametrize("setting", ["nobody/such-a-model", "folder"])
def test_an_encoder_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelMissing) as missing:
        encoders.chosen(setting, Registry(tmp_path))
    assert setting in missing.value.message
    assert "QA_ENCODER" in missing.value.hint


def test_the_vectors_are_float32_and_no_head_has_an_empty_one() -> None:
    for head in heads.shipped().by_name.values():
        assert head.weights.dtype == np.float32
        assert np.count_nonzero(head.weights) > 400
