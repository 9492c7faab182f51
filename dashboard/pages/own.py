"""Layers of the viewer's own: the dialog in which they are added and removed, and what of them is chosen."""

import streamlit as st

from dashboard import own
from dashboard.pages import report
from dashboard.served import Served
from dashboard.shelf import MOST_LAYERS, Belongings
from dashboard.words import Words
from geodata.confined import read
from geodata.own import MOST_BYTES, Box, OwnError

NAME = "own"
"""Of the button and of everything in the dialog, for styles."""
_BELONGINGS = "belongings"
_REFUSED = "own-refused"
_ADDED = "own-added"
_TURN = "own-turn"


def belongings() -> Belongings:
    """The layers of this session."""
    return st.session_state.setdefault(_BELONGINGS, Belongings())


def told() -> list[dict[str, object]]:
    """What the map client is told of them."""
    return [own.told(*one) for one in belongings().layers()]


def chosen(words: Words) -> tuple[str, str] | None:
    """Which of their objects the viewer has picked last, and its panel; None if it is none of theirs."""
    id = str(report().get("select") or "")
    found = own.ID.fullmatch(id)
    layer = belongings().get(int(found[1])) if found else None
    if not found or layer is None or int(found[2]) >= layer.count:
        return None
    return id, own.panel(layer, int(found[2]), words)


def own_button(served: Served, words: Words) -> None:
    """Place the button; pressed, it opens the dialog."""
    if added := st.session_state.pop(_ADDED, None):
        st.toast(words("{name} is on the map.", name=added))
    if st.button(words("Add a layer"), key=NAME, type="tertiary"):
        st.session_state.pop(_REFUSED, None)
        st.dialog(words("Your own layers"), width="medium")(_dialog)(served, words)


def _dialog(served: Served, words: Words) -> None:
    with st.container(key=f"{NAME}-content"):
        st.html(own.accepted(words))
        mine = belongings().layers()
        if len(mine) < MOST_LAYERS:
            _choose(served, words)
        else:
            st.caption(words("These are as many as fit: remove one before you add another."))
        for number, _, layer in mine:
            with st.container(key=f"{NAME}-layer-{number}", horizontal=True, vertical_alignment="center"):
                st.html(own.row(number, layer, words))
                if st.button(words("Remove"), key=f"{NAME}-remove-{number}", type="tertiary"):
                    belongings().remove(number)
                    st.rerun()


def _choose(served: Served, words: Words) -> None:
    turn = st.session_state.get(_TURN, 0)
    chosen = st.file_uploader(
        words("A file of your own"),
        # of any kind: what is wrong with one is said by us, in the viewer's language
        max_upload_size=MOST_BYTES // 1_000_000,
        key=f"{NAME}-file-{turn}",
        label_visibility="collapsed",
    )
    if chosen is None:
        return
    refused: tuple[str, OwnError] | None = st.session_state.get(_REFUSED)
    if refused is None or refused[0] != chosen.file_id:
        frame = Box(**served.atlas.description.frame.model_dump())
        try:
            with st.spinner(words("Being read …")):
                layer = own.Own.of(read(chosen.name, chosen.getvalue(), frame), frame)
        except OwnError as error:
            refused = st.session_state[_REFUSED] = (chosen.file_id, error)
        else:
            belongings().add(layer)
            st.session_state[_ADDED] = layer.name
            st.session_state[_TURN] = turn + 1  # the next file is chosen anew
            st.rerun()
    _, error = refused
    st.html(own.faults(error.file, error.faults, words))
