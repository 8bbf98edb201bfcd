"""A browser and a served film. Where no browser is found, what needs one is not collected."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.review_film import make_review_film, write_clip
from tests.browser.served import Served, served

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
collect_ignore_glob = [] if BROWSER else ["test_review_page*.py"]
SIZE = {"width": 1440, "height": 900}

expect.set_options(timeout=30_000)  # a slow machine is not a mistake

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser that is installed; an event loop runs in this thread until it ends, so it ends with its module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture with sound for every film to review."""
    path = tmp_path_factory.mktemp("clips") / "int01.mp4"
    write_clip(path)
    return path


@pytest.fixture
def film(tmp_path: Path, clip: Path) -> Path:
    """A film to review."""
    return make_review_film(tmp_path / "film", clip=clip)


@pytest.fixture
def site(film: Path) -> Iterator[Served]:
    """The film, served in this process."""
    with served(film) as running:
        yield running


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Return what opens a served film as a person of their own; pages that threw anything fail the test."""
    contexts, thrown = [], []

    def open_page(url: str, ui: str = "en", **options: object) -> Page:
        context = browser.new_context(**{"viewport": SIZE, "locale": ui, **options})
        contexts.append(context)
        context.on("page", lambda page: page.on("pageerror", lambda error: thrown.append(str(error))))
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert thrown == []
