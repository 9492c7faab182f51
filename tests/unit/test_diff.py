"""What differs between two releases (rows 28, 22)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import transform

from geodata import Atlas, open_atlas
from geodata.dates import parse
from geodata.diff import KINDS, Change, differences


@pytest.fixture(scope="module")
def small(small_atlas: Path) -> Atlas:
    return open_atlas(small_atlas)


def having(atlas: Atlas, kind: str, id: str, **fields: Any) -> Atlas:
    things = dict(getattr(atlas, kind))
    things[id] = things[id].model_copy(update=fields)
    return replace(atlas, **{kind: things})


def first(atlas: Atlas, kind: str) -> Any:
    return next(iter(getattr(atlas, kind).values()))


def test_an_atlas_does_not_differ_from_itself(small: Atlas, small_atlas: Path, atlas: Atlas):
    """Row 28: also when it is read twice."""
    assert differences(small, open_atlas(small_atlas)) == ()
    assert differences(atlas, atlas) == ()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "layers"])
def test_what_came_and_went_is_told_of_every_kind(small: Atlas, kind: str):
    """Row 28."""
    thing = first(small, kind)
    less = replace(small, **{kind: {id: other for id, other in getattr(small, kind).items() if id != thing.id}})
    layer = getattr(thing, "layer", "")
    assert differences(less, small) == (Change(kind, layer, thing.id, "added"),)
    assert differences(small, less) == (Change(kind, layer, thing.id, "removed"),)


def test_a_layer_that_came_is_told(small: Atlas):
    """Row 28."""
    layers = small.description.layers
    fewer = replace(small, description=small.description.model_copy(update={"layers": layers[1:]}))
    assert differences(fewer, small) == (Change("layers", "", layers[0].id, "added"),)


def test_an_id_that_became_an_alias_is_a_new_name_not_a_new_thing(small: Atlas):
    """Rows 22 and 28."""
    event = first(small, "events")
    events = {id: other for id, other in small.events.items() if id != event.id}
    events["other-name"] = event.model_copy(update={"id": "other-name", "aliases": (event.id,)})
    assert differences(small, replace(small, events=events)) == (
        Change("events", "", "other-name", "renamed", "id", "", event.id, "other-name"),
    )


def test_a_date_that_moved_is_told_with_how_far(small: Atlas):
    """Row 28: the most important change of all."""
    event = first(small, "events")
    before = having(small, "events", event.id, date=parse("2027"))
    (change,) = differences(before, having(small, "events", event.id, date=parse("2029")))
    assert (change.field, change.old, change.new, change.moved_days) == ("date", "2027", "2029", 731)


def test_each_status_of_a_history_is_told_by_itself(small: Atlas):
    """Row 28: the day of one moved, another is gone."""
    feature = next(feature for feature in small.features.values() if feature.history)
    step = feature.history[0].model_copy(update={"status": "planned", "date": parse("2027")})
    other = step.model_copy(update={"status": "shelved"})
    before = having(small, "features", feature.id, history=(step, other))
    later = step.model_copy(update={"date": parse("2029")})
    found = differences(before, having(small, "features", feature.id, history=(later,)))
    assert [(change.part, change.old, change.new) for change in found] == [
        ("planned", "2027", "2029"),
        ("shelved", "2027", None),
    ]


def test_a_place_that_moved_is_told_in_kilometres(small: Atlas):
    """Row 28: a tenth of a degree of latitude is 11.1 km."""
    feature = next(feature for feature in small.features.values() if feature.geometry is not None)
    moved = transform(feature.geometry, lambda positions: positions + np.array([0, 0.1]))
    (change,) = differences(small, having(small, "features", feature.id, geometry=moved))
    assert change.field == "geometry"
    assert change.new == pytest.approx(11.12, abs=0.2)


def test_values_and_sources_are_told(small: Atlas):
    """Row 28."""
    figure = first(small, "figures")
    found = differences(small, having(small, "figures", figure.id, value="much", sources=("nobody",)))
    assert {(change.field, str(change.new)) for change in found} == {("value", "much"), ("sources", "['nobody']")}
