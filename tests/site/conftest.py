"""The served site, and a browser on the figures that move."""

from pathlib import Path

import pytest

SCRIPTS = (
    Path(__file__).resolve().parents[2]
    / "tools" / "booksite" / "assets" / "moving"
)  # fmt: skip
#: A kind is a script that says what can be changed.
KINDS = sorted(
    path.stem
    for path in SCRIPTS.glob("*.mjs")
    if "export const controls" in path.read_text(encoding="utf-8")
)


def pytest_generate_tests(metafunc):
    """Run a test that asks for a ``kind`` once for each."""
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", KINDS)


class Mover:
    """One page of a browser, and what a test does with a moving figure."""

    def __init__(self, browser, address, pages):
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}
        )
        self.page = self.context.new_page()
        self.address = address
        self.places = {
            kind: [n for n, t in pages.items() if f'data-kind="{kind}"' in t]
            for kind in KINDS
        }
        self.errors = []
        self.page.on("pageerror", self._note)

    def _note(self, error):
        self.errors.append(error)

    def open(self, kind, state="", look=lambda: None):
        """Open the figure of a kind, by its button or by an address.

        What ``look`` returns before the button is pressed is kept.
        """
        if not self.places.get(kind):
            # A fork has taken the page out, with its script.
            pytest.skip(f"no page has a moving figure of the kind {kind}")
        self.page.goto("about:blank")
        hash_ = state and f"#{state}"
        self.page.goto(f"{self.address}/{self.places[kind][0]}{hash_}")
        self.before = look()
        if not state:
            self.page.locator(".moving > button").focus()
            self.page.keyboard.press("Enter")
        self.page.locator(".moved .stage > *").first.wait_for()
        return self.page

    def ask(self, kind, expression, argument=None):
        """Evaluate something of a kind's script, which is called ``m``."""
        script = f"{self.address}/_static/moving/{kind}.mjs"
        return self.page.evaluate(
            f"(a) => import('{script}').then((m) => {expression})", argument
        )

    def said(self):
        """What stands below the figure."""
        return self.page.locator(".said").inner_text().replace("\u00a0", " ")

    def value(self):
        """What a screen reader says of the focused slider."""
        return self.page.evaluate(
            "document.activeElement.getAttribute('aria-valuetext')"
        ).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def address(site, served):
    """Where the site is served."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def moving(browser, address, pages):
    """A browser's page for moving figures, which must throw no error."""
    mover = Mover(browser, address, pages)
    yield mover
    mover.context.close()
    assert not mover.errors
