"""The weights of an installation: what is there, whether it is sound, how to get the rest."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.errors import ModelCorrupt, ModelMissing
from qa.ports import WeightFacts, WeightStore


@dataclass(frozen=True, slots=True)
class WeightCheck:
    """One weight after every byte of it was compared with the manifest.

    ``fault`` is ``None`` when it may be loaded.
    """

    facts: WeightFacts
    fault: ModelMissing | ModelCorrupt | None


def list_weights(weights: WeightStore) -> tuple[WeightFacts, ...]:
    """Every weight of the manifest and where it is found."""
    return weights.facts()


def check_weights(weights: WeightStore) -> tuple[WeightCheck, ...]:
    """Verify all weights; a fault of one does not hide the state of the others."""
    return tuple(WeightCheck(facts, _fault(weights, facts.name)) for facts in weights.facts())


def fetch_weight(weights: WeightStore, name: str) -> None:
    """Download one weight. Raises ``ModelMissing`` and ``ModelCorrupt``."""
    weights.fetch(name)


def _fault(weights: WeightStore, name: str) -> ModelMissing | ModelCorrupt | None:
    try:
        weights.verify(name)
    except (ModelMissing, ModelCorrupt) as fault:
        return fault
    return None
