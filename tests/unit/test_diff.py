"""What differs between two releases (rows 28, 22)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import transform

from geodata import Atlas, open_atlas
from geodata.dates import parse
from geodata.diff import KINDS, differences, revision
from geodata.entries import COUNTED, VOCABULARY
from geodata.model import Change, ChangedKind, Texts, Translated


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
def test_what_came_and_went_is_told_of_every_kind(small: Atlas, kind: ChangedKind):
    """Row 28."""
    thing = first(small, kind)
    less = replace(small, **{kind: {id: other for id, other in getattr(small, kind).items() if id != thing.id}})
    layer = getattr(thing, "layer", None)
    (came,) = differences(less, small)
    assert came == Change(kind=kind, layer=layer, id=thing.id, what="added")
    (went,) = differences(small, less)
    assert went == Change(kind=kind, layer=layer, id=thing.id, what="removed", name=went.name)
    assert went.name, "it can be called by its name when it is no longer there"


def test_a_layer_that_came_is_told(small: Atlas):
    """Row 28."""
    layers = small.description.layers
    fewer = replace(small, description=small.description.model_copy(update={"layers": layers[1:]}))
    assert differences(fewer, small) == (Change(kind="layers", id=layers[0].id, what="added"),)


def test_an_id_that_became_an_alias_is_a_new_name_not_a_new_thing(small: Atlas):
    """Rows 22 and 28."""
    event = first(small, "events")
    events = {id: other for id, other in small.events.items() if id != event.id}
    events["other-name"] = event.model_copy(update={"id": "other-name", "aliases": (event.id,)})
    renamed = Change(kind="events", id="other-name", what="renamed", field="id", old=event.id, new="other-name")
    assert differences(small, replace(small, events=events)) == (renamed,)


def test_what_became_a_part_of_another_thing_is_merged_and_not_lost(small: Atlas):
    """Rows 22 and 28: it keeps its name for who reads of it later."""
    event, other = list(small.events.values())[:2]
    events = {other.id: other.model_copy(update={"aliases": (event.id,)})}
    fewer = replace(small, events={event.id: event, other.id: other})
    (merged,) = differences(fewer, replace(small, events=events))
    assert (merged.what, merged.id, merged.old, merged.new) == ("merged", event.id, event.id, other.id)
    assert merged.name["en"] == event.title.en


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
    assert {(change.field, change.new) for change in found} == {("value", "much"), ("sources", ("nobody",))}


def test_a_value_is_told_with_its_unit_unless_that_changed_too(small: Atlas):
    """Row 28: "290 km became 300 km", and never a number with the other's unit."""
    figure = next(one for one in small.figures.values() if one.unit == "km")
    (change,) = differences(small, having(small, "figures", figure.id, value="much"))
    assert (change.field, change.part) == ("value", "km")
    found = differences(small, having(small, "figures", figure.id, value="much", unit="other"))
    assert {(change.field, change.part) for change in found} == {("value", ""), ("unit", "")}


def test_a_corrected_text_is_told_and_a_translation_counted(small: Atlas):
    """Row 28: hundreds of translations would hide the one correction."""
    event = first(small, "events")
    before = having(small, "events", event.id, title=Texts(en="Signing"), text=Texts(en="They sign."))
    after = having(
        small, "events", event.id, title=Texts(en="Signed", kk="Қол"), text=Texts(en="They sign.", tr="İmza")
    )
    (change,) = revision(before, after).changes
    assert (change.field, change.part, change.old, change.new) == ("title", "en", "Signing", "Signed")
    assert revision(before, after).translated == Translated(kk=1, tr=1)


def test_a_translation_deep_inside_is_one_too(small: Atlas):
    """Row 28: the note of a status, and no change of the status itself."""
    feature = next(feature for feature in small.features.values() if feature.history)
    step = feature.history[0].model_copy(update={"note": Texts(en="So it is.")})
    before = having(small, "features", feature.id, history=(step,))
    spoken = step.model_copy(update={"note": Texts(en="So it is.", ru="Так и есть.")})
    found = revision(before, having(small, "features", feature.id, history=(spoken,)))
    assert (found.changes, found.translated) == ((), Translated(ru=1))


def test_an_armenian_name_that_came_is_no_broken_text(small: Atlas):
    """Row 28: names have one language more than texts."""
    feature = first(small, "features")
    names = feature.names.model_copy(update={"hy": "Նավահանգիստ", "en": "Harbour"})
    found = differences(small, having(small, "features", feature.id, names=names))
    assert {(change.field, change.part, change.new) for change in found} == {
        ("names", "en", "Harbour"),
        ("names", "hy", "Նավահանգիստ"),
    }


def test_the_day_of_a_look_is_no_change(small: Atlas):
    """Row 28."""
    feature = first(small, "features")
    assert differences(small, having(small, "features", feature.id, checked=parse("2026-11-30"))) == ()


def test_every_kind_can_be_compared():
    """Row 28: the model's list of kinds is that of the reader."""
    assert set(KINDS) == {*COUNTED, *VOCABULARY, "layers"}
