"""Which sentence encoder is in use, and what it makes of meanings."""

from __future__ import annotations

from models import heads
from models.encoder_transformers import TransformersEncoder
from models.encoder_use import WEIGHT, UseEncoder
from models.registry import Registry
from models.semantics import EncoderSemantics, identity
from qa.ports import Encoder

OFF = "off"
AUTO = "auto"


def chosen(setting: str, registry: Registry, *, threads: int = 0) -> Encoder | None:
    """The encoder of a setting, not yet loaded.

    Args:
        setting: ``off``, ``auto`` (the one that ships, where its weights are installed), its name, a folder,
            or a name in the hub's cache on this disk.
        registry: The weights of this installation.
        threads: Threads of an encoder on ``transformers``.

    Raises:
        ModelMissing: The setting names an encoder that is not there.
    """
    if setting == OFF or (setting == AUTO and not registry.has(WEIGHT)):
        return None
    if setting in (AUTO, WEIGHT):
        registry.require(WEIGHT)
        return UseEncoder(registry)
    return TransformersEncoder(setting, threads=threads)


def semantics(encoder: Encoder) -> EncoderSemantics:
    """What an encoder makes of meanings, with the heads that ship where they are its own."""
    return EncoderSemantics(encoder, heads.shipped())


def used(encoder: Encoder) -> str:
    """What decides meanings, by name and revision, for a fingerprint; loads nothing."""
    return f"{identity(encoder)} heads@{heads.shipped().digest}"


def heads_in_use(encoder: Encoder) -> tuple[str, ...]:
    """The names of the heads that were trained on an encoder and are in use."""
    shipped = heads.shipped()
    return tuple(shipped.by_name) if shipped.encoder == identity(encoder) else ()
