"""Model folders that are on this disk already: which one a setting means, and which revision it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from models.environment import prepare
from qa.domain.errors import ModelMissing

SMALL_BYTES = 1 << 20
"""Up to here a file is read whole for its revision."""
_SAMPLES = 16
_SAMPLE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model's folder and what it is called."""

    folder: Path
    name: str

    @property
    def revision(self) -> str:
        """Of the names, the sizes and the bytes of its files.

        Of a large file sixteen stretches are read: training changes weights everywhere, and a night does not
        begin with reading gigabytes.
        """
        digest = hashlib.sha256()
        for file in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            size = file.stat().st_size
            digest.update(f"{file.relative_to(self.folder).as_posix()} {size}\n".encode())
            with file.open("rb") as stream:
                if size <= SMALL_BYTES:
                    digest.update(stream.read())
                    continue
                for part in range(_SAMPLES):
                    stream.seek(part * (size - _SAMPLE_BYTES) // (_SAMPLES - 1))
                    digest.update(stream.read(_SAMPLE_BYTES))
        return digest.hexdigest()[:12]


def located(source: str, setting: str) -> LocalModel:
    """The model that a setting names: a folder, or a name of the model hub whose files are in its cache here.

    Args:
        source: The folder or the name.
        setting: What the setting is called.

    Raises ``ModelMissing``; nothing is downloaded.
    """
    folder = Path(source).expanduser()
    if not folder.is_dir():
        prepare()
        try:
            from huggingface_hub import snapshot_download

            folder = Path(snapshot_download(source, local_files_only=True))
        except (ImportError, OSError, ValueError) as error:
            raise ModelMissing(
                f"there is no model {source} on this machine",
                hint=f"{setting} takes a folder, or a name in the hub's cache on this disk",
            ) from error
    if not (folder / "config.json").is_file():
        raise ModelMissing(
            f"{folder} holds no model: there is no config.json",
            hint=f"{setting} takes a folder with config.json, a tokenizer and model.safetensors",
        )
    return LocalModel(folder, folder.resolve().name if Path(source).is_dir() else source)
