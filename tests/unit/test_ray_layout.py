from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.batch.ray_cluster import Layout, Node, Place, connected, layout, store_bytes
from qa.domain.errors import ClusterUnavailable, SettingsInvalid


def test_a_node_without_a_gpu_is_one_lane_and_half_its_cores_read_at_most() -> None:
    assert layout([Node("a", 2, 0)]) == Layout((Place("a", 1),), (Place("a", 1),))
    eight = layout([Node("a", 8, 0)])
    assert eight == Layout((Place("a", 1),) * 4, (Place("a", 4),))


def test_one_core_is_shared_by_reading_and_the_models() -> None:
    assert layout([Node("a", 1, 0)]) == Layout((Place("a", 0.5),), (Place("a", 0.5),))


def test_every_node_is_a_lane_of_its_own() -> None:
    spread = layout([Node("a", 2, 0), Node("b", 2, 0)])
    assert [lane.node for lane in spread.lanes] == ["a", "b"]
    assert [reader.node for reader in spread.readers] == ["a", "b"]


def test_every_gpu_is_a_lane_and_the_other_cores_read_also_those_of_other_nodes() -> None:
    spread = layout([Node("a", 8, 2), Node("b", 4, 0)])
    assert spread.lanes == (Place("a", 1, gpu=True),) * 2
    assert [reader.node for reader in spread.readers] == ["a"] * 6 + ["b"] * 4


@pytest.mark.parametrize("cpus", [1, 2, 3, 4, 7, 16, 64])
@pytest.mark.parametrize("gpus", [0, 1, 4])
def test_no_node_is_asked_for_more_cores_than_it_has(cpus: int, gpus: int) -> None:
    spread = layout([Node("a", cpus, gpus)])
    assert spread.readers
    assert len(spread.lanes) == max(gpus, 1)
    assert sum(place.cpus for place in (*spread.readers, *spread.lanes)) <= cpus


def test_a_head_that_gives_no_processor_gets_no_work() -> None:
    spread = layout([Node("head", 0, 0), Node("a", 2, 0)])
    assert {place.node for place in (*spread.readers, *spread.lanes)} == {"a"}
    with pytest.raises(ClusterUnavailable, match="no processor"):
        layout([Node("head", 0, 0)])


def test_the_object_store_leaves_most_of_the_memory_to_the_models() -> None:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 128 * 2**20 <= store_bytes() <= max(0.3 * memory, 128 * 2**20)


def test_without_ray_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsInvalid) as caught, connected("auto", cpus=1):
        pass
    assert caught.value.message == "Ray is not installed"
    assert caught.value.hint == 'run: pip install "call-qa[ray]"'


def test_ray_is_not_imported_before_it_is_wanted(root: Path) -> None:
    code = "import sys, qa.batch.ray, qa.bootstrap; assert not any(m == 'ray' or m.startswith('ray.') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
