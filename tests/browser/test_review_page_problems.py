"""What goes wrong on the server is read in Spanish on a Spanish page."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.served import Served


def written(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_problems_are_read_in_spanish(site: Served, opened: Opened) -> None:
    (site.film / "footage" / "int01.mp4").write_bytes(b"no film")
    page = opened(site.url, ui="es")
    page.locator("#make-media").click()
    expect(page.locator("#media-why")).to_contain_text("No se puede usar int01.mp4. El programa dice, en inglés: «it")
    page.locator('.cue[aria-rowindex="2"]').click(position={"x": 300, "y": 12})
    written(site.film / "footage_manifest.yaml", "granted", "given")
    page.locator("textarea.words").fill("Something typed.")
    mistake = "Hay un error en footage_manifest.yaml:2:people.inventada.consent.status. Corríjalo y siga aquí."
    expect(page.locator('.cue[aria-rowindex="2"]')).to_contain_text(mistake)
    written(site.film / "footage_manifest.yaml", "given", "withdrawn")
    page.locator("textarea.words").fill("Something else.")
    expect(page.locator('.cue[aria-rowindex="2"]')).to_contain_text("«inventada» ha retirado su consentimiento")
    assert "has withdrawn" not in page.locator("body").inner_text()
