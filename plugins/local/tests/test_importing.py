from __future__ import annotations

from pathlib import Path
from typing import Any

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from places_core.cli import main
from places_core.errors import ConfigError
from places_core.models import TextSearch
from places_local.backend import LocalBackend
from places_local.importing.from_file import import_file
from places_local.index.reader import Index
from places_local.settings import LocalSettings


@pytest.fixture
def pbf(tmp_path: Path) -> Path:
    """A café, a park as a way, a square as a relation, a street and a nameless bench."""
    path = tmp_path / "village-latest.osm.pbf"
    corners = [(24.0, 60.0), (24.002, 60.0), (24.002, 60.001), (24.0, 60.001)]
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(Node(id=1, location=(24.0, 60.0), tags={"name": "Kahvila", "amenity": "cafe"}))
        writer.add_node(Node(id=2, location=(24.0, 60.0), tags={"amenity": "bench"}))
        for number, corner in enumerate(corners, 10):
            writer.add_node(Node(id=number, location=corner))
        writer.add_way(Way(id=3, nodes=[10, 11, 12, 13, 10], tags={"name": "Puisto", "leisure": "park"}))
        writer.add_way(Way(id=4, nodes=[10, 11], tags={"name": "Katu", "highway": "residential"}))
        writer.add_way(Way(id=5, nodes=[10, 11, 12, 13, 10]))
        tags = {"type": "multipolygon", "name": "Tori", "place": "square"}
        writer.add_relation(Relation(id=6, members=[("w", 5, "outer")], tags=tags))
    return path


def _places(path: Path) -> dict[str, dict[str, Any]]:
    index = Index.open(path)
    found = [index.place(number) for number in range(1, int(index.about["places"]) + 1)]
    index.close()
    return {place["displayName"]["text"]: place for place in found}


def test_points_ways_and_relations_become_places(pbf: Path, tmp_path: Path) -> None:
    output = tmp_path / "new" / "village.sqlite"
    count = import_file(pbf, output)
    places = _places(output)

    assert 3 == count
    assert {"Kahvila": "osm-n1", "Puisto": "osm-w3", "Tori": "osm-r6"} == {
        name: place["id"] for name, place in places.items()
    }
    assert (
        {"latitude": 60.0005, "longitude": 24.001}
        == places["Puisto"]["location"]
        == places["Tori"]["location"]
    )
    assert {"latitude": 60.001, "longitude": 24.002} == places["Tori"]["viewport"]["high"]
    assert [output] == list(output.parent.iterdir())


async def test_an_imported_index_answers(pbf: Path, tmp_path: Path, context: Any) -> None:
    output = tmp_path / "village.sqlite"
    import_file(pbf, output, name="our village")
    async with LocalBackend.open(LocalSettings(path=str(output)), context) as backend:
        assert b"Kahvila" in (await backend.search_text(TextSearch("coffee"))).body
        assert "3 places in our village" == (await backend.health()).detail


@pytest.mark.parametrize("content", [b"", b"no map" * 1000])
def test_a_damaged_file_leaves_the_old_index_alone(tmp_path: Path, content: bytes) -> None:
    damaged, output = tmp_path / "damaged.osm.pbf", tmp_path / "out" / "index.sqlite"
    damaged.write_bytes(content)
    output.parent.mkdir()
    output.write_text("the old index")

    with pytest.raises(ConfigError, match=r"damaged\.osm\.pbf is damaged, or not an OpenStreetMap file"):
        import_file(damaged, output)
    assert "the old index" == output.read_text()
    assert [output] == list(output.parent.iterdir())


def test_half_a_file_makes_no_index(pbf: Path, tmp_path: Path) -> None:
    half, output = tmp_path / "half.osm.pbf", tmp_path / "out" / "index.sqlite"
    half.write_bytes(pbf.read_bytes()[:-20])

    with pytest.raises(ConfigError, match="damaged"):
        import_file(half, output)
    assert [] == list(output.parent.glob("*"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no file"):
        import_file(tmp_path / "none.osm.pbf", tmp_path / "index.sqlite")


def test_a_file_without_names_makes_no_index(tmp_path: Path) -> None:
    empty, output = tmp_path / "empty.osm.pbf", tmp_path / "index.sqlite"
    with osmium.SimpleWriter(str(empty)) as writer:
        writer.add_node(Node(id=1, location=(24.0, 60.0), tags={"amenity": "bench"}))

    with pytest.raises(ConfigError, match="no named place"):
        import_file(empty, output)
    assert not output.exists()


def test_the_source_is_never_overwritten(pbf: Path) -> None:
    with pytest.raises(ConfigError, match="overwrite its source"):
        import_file(pbf, pbf)


def test_a_time_zone_that_does_not_exist_is_refused(pbf: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Mars/Olympus.*Europe/Helsinki"):
        import_file(pbf, tmp_path / "index.sqlite", time_zone="Mars/Olympus")


def test_the_command_says_what_it_made_and_how_to_use_it(
    pbf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = main(["local", "import", str(pbf), "--time-zone", "Europe/Helsinki"])

    assert 0 == code
    assert "3 places in village.sqlite" in capsys.readouterr().err
    assert {"Kahvila", "Puisto", "Tori"} == _places(tmp_path / "village.sqlite").keys()


def test_the_command_fails_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["local", "import", str(tmp_path / "none.osm.pbf")])
    captured = capsys.readouterr()

    assert 1 == code
    assert "" == captured.out
    assert 1 == captured.err.count("\n")
