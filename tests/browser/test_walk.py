"""A walk through Explore that nobody has planned, the same on every machine."""

import random
import re

from playwright.sync_api import Frame, expect

from dashboard.style import LOOKS
from geodata import Atlas
from geodata.model import LANGUAGES
from tests.browser.harness import Explore

STEPS = 200
SEED = 20251022
FILTERS = (("country", "KZ"), ("status", "planned"), ("stance", "concern"), ("country", ""), ("status", ""))
SEARCHES = ("Актау", "alat", "2028", "кабель", "zz")


class Walk:
    """Somebody who does whatever the dice say; after each action the map must say that it took place."""

    def __init__(self, explore: Explore, atlas: Atlas) -> None:
        self.explore = explore
        self.frame: Frame = explore.map()
        self.dice = random.Random(SEED)  # noqa: S311 - a fixed walk, not a secret
        places = [feature.id for feature in atlas.features.values() if feature.geometry and not feature.off_map]
        sources = self.dice.sample(list(atlas.sources), 40)
        self.things = [*places, *atlas.events, *atlas.statements, *sources]
        self.layers = [layer.id for layer in atlas.description.layers]
        often = [self.pick] * 8 + [self.click] * 4 + [self.date] * 4
        seldom = [self.drag, self.zoom, self.switch, self.narrow, self.search, self.unpick] * 2
        self.actions = [*often, *seldom, self.speak, self.dress]

    def step(self) -> None:
        self.dice.choice(self.actions)()

    def at(self, left: float, right: float, top: float, bottom: float) -> tuple[float, float]:
        """A position on the map, in shares of its frame."""
        box = self.explore.page.locator("iframe").bounding_box()
        assert box
        x, y = self.dice.uniform(left, right), self.dice.uniform(top, bottom)
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def pick(self) -> None:
        chosen = self.dice.choice(self.things)
        self.frame.evaluate("id => atlasMap.select(id)", chosen)
        self.explore.until("state.selected === value", chosen)

    def unpick(self) -> None:
        self.frame.evaluate("() => atlasMap.select(null)")
        self.explore.until("state.selected === null")

    def click(self) -> None:
        self.explore.page.mouse.click(*self.at(0.35, 0.9, 0.1, 0.6))

    def drag(self) -> None:
        mouse = self.explore.page.mouse
        mouse.move(*self.at(0.6, 0.6, 0.3, 0.3))
        mouse.down()
        mouse.move(*self.at(0.4, 0.8, 0.2, 0.5))
        mouse.up()

    def zoom(self) -> None:
        by = self.dice.choice([-1, 1])
        self.frame.evaluate("by => atlasMap.leaflet.setZoom(atlasMap.leaflet.getZoom() + by)", by)

    def date(self) -> None:
        chosen = self.dice.choice([f"{self.dice.randint(2018, 2032)}-0{self.dice.randint(1, 9)}", None])
        self.frame.evaluate("date => atlasMap.setDate(date)", chosen)

    def switch(self) -> None:
        on = self.dice.sample(self.layers, self.dice.randint(0, len(self.layers)))
        self.frame.evaluate("on => atlasMap.setLayers(on)", [layer for layer in self.layers if layer in on])

    def narrow(self) -> None:
        self.frame.evaluate("([name, value]) => atlasMap.setFilter(name, value)", self.dice.choice(FILTERS))

    def search(self) -> None:
        self.frame.get_by_role("combobox").first.fill(self.dice.choice(SEARCHES))
        self.explore.page.keyboard.press(self.dice.choice(["Enter", "Escape"]))

    def speak(self) -> None:
        language = self.dice.choice(LANGUAGES)
        self.explore.page.locator(".st-key-lang").get_by_role("radio", name=language, exact=True).click()
        self.explore.until("state.lang === value", language)

    def dress(self) -> None:
        look = self.dice.choice(LOOKS)
        self.explore.page.locator(".st-key-look").get_by_role("radio").nth(LOOKS.index(look)).click()
        self.explore.until("state.look === value", look)


def test_the_map_survives_a_walk_of_two_hundred_actions(explore: Explore, atlas: Atlas) -> None:
    """Rows 14, 19: no remount, no lost choice; the harness asks that nothing complained."""
    explore.open(lang="en")
    frame = explore.map()
    frame.evaluate("() => { window.same = true; }")
    walk = Walk(explore, atlas)
    for _ in range(STEPS):
        walk.step()
    frame.evaluate("() => { atlasMap.clearFilters(); atlasMap.setLayers(atlasMap.settings.layers); }")
    frame.evaluate("() => atlasMap.select('port-aktau')")
    expect(explore.panel()).to_contain_text(atlas.features["port-aktau"].names.of(explore.state()["lang"]))
    assert frame.evaluate("() => window.same") is True
    assert explore.mounts() == 1
    assert "port-aktau" in explore.state()["visible"]
    expect(explore.page).to_have_url(re.compile("select=port-aktau"))
