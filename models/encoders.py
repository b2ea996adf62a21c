"""Which sentence encoder is in use, and what it makes of meanings."""

from __future__ import annotations

from models import heads
from models.encoder_transformers import TransformersEncoder
from models.encoder_use import WEIGHT, UseEncoder
from models.registry import Registry
from models.releases import release
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


def semantics(encoder: Encoder, learned: str | None = None) -> EncoderSemantics:
    """What an encoder makes of meanings, with the heads in use that are its own.

    Args:
        encoder: The encoder.
        learned: The document of the lesson in use, if there is one.
    """
    return EncoderSemantics(encoder, heads.in_use(identity(encoder), learned))


def used(encoder: Encoder, learned: str | None = None) -> str:
    """What decides meanings, by name and revision, for a fingerprint; loads nothing."""
    own = heads.parse(learned) if learned else None
    told = f"{identity(encoder)} {release(encoder.library)} heads@{heads.shipped().digest}"
    return f"{told} lesson@{own.digest}" if own and own.encoder == identity(encoder) else told


def heads_in_use(encoder: Encoder, learned: str | None = None) -> tuple[str, ...]:
    """The names of the heads that were trained on an encoder and are in use."""
    return tuple(heads.in_use(identity(encoder), learned).by_name)
