from __future__ import annotations

from models.prompts import prompt_of


def test_names_are_given_to_the_recogniser_in_the_script_it_is_to_write() -> None:
    assert prompt_of("en", ["Northwind", "Yunfan"]) == "Northwind, Yunfan"
    assert prompt_of("en", ["云帆科技", "Northwind"]) == "Northwind"
    assert prompt_of("en", ["云帆科技"]) == ""
    assert "Northwind" not in prompt_of("zh", ["云帆科技", "Northwind"])
    assert prompt_of("zh", ["Northwind"]).endswith("Northwind")
    assert prompt_of("en", []) == ""
    assert prompt_of("zh", ["雲帆科技"]).endswith("云帆科技")
