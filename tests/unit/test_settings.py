from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import Settings, load_settings
from qa.domain.errors import SettingsInvalid


def test_company_names_are_split_at_commas_of_either_script(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QA_COMPANY_NAMES", "云帆科技， Northwind ,")
    assert load_settings().company_names == ("云帆科技", "Northwind")


def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ASR", "kaldi")
    with pytest.raises(SettingsInvalid, match="QA_ASR"):
        load_settings()


def test_settings_come_from_a_dotenv_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("QA_RUBRIC=telecom\n", encoding="utf-8")
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / ".env"))
    assert load_settings().rubric == "telecom"


def test_the_store_lies_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).store_url == f"sqlite:///{tmp_path / 'callqa.sqlite'}"
    assert (
        Settings(home=tmp_path, database_url="postgresql://db/qa").store_url == "postgresql://db/qa"
    )


def test_every_setting_is_documented_with_its_default(root: Path) -> None:
    page = (root / "docs/settings.md").read_text(encoding="utf-8")
    documented = {
        row.split("|")[1].strip(): row.split("|")[2].strip()
        for row in page.splitlines()
        if row.startswith("| `QA_")
    }
    expected = {
        f"`QA_{name.upper()}`": f"`{field.default}`"
        if field.default not in ("", (), None)
        else "empty"
        for name, field in Settings.model_fields.items()
    }
    assert documented == expected
