"""The guide shows what is there: its pictures, and the buttons it names."""

import re

import pytest

from conversations.texts import catalogue
from models.words import Language
from tests.guide.camera import GUIDE, PICTURES

PAGES = sorted(GUIDE.glob("*.md"))
PICTURE = re.compile(r"!\[([^\]]+)\]\(hinh/([\w-]+\.png)\)")
LABEL = re.compile(r"\*\*([^*]+)\*\*")
OF_TELEGRAM = {"BẮT ĐẦU", "/menu", "/huy", "/trogiup", "/language"}


def test_every_picture_is_shown_and_every_one_that_is_shown_is_there() -> None:
    shown = [name for page in PAGES for _, name in PICTURE.findall(page.read_text())]
    assert sorted(shown) == sorted(picture.name for picture in PICTURES.glob("*.png"))


def test_every_picture_is_taken_by_a_chapter() -> None:
    chapters = (GUIDE.parent.parent / "tests" / "guide" / "chapters").glob("*.py")
    taken = {name for chapter in chapters for name in re.findall(r'picture\("([\w-]+)"', chapter.read_text())}
    assert taken == {picture.stem for picture in PICTURES.glob("*.png")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_button_that_is_named_has_that_label(page: object) -> None:
    labels = [str(message.string) for message in catalogue(Language.VIETNAMESE) if message.id]
    worded = [label for label in labels if re.search(r"\w", re.sub(r"\{\w+\}", "", label))]
    patterns = [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(label))) for label in worded]
    named = set(LABEL.findall(page.read_text())) - OF_TELEGRAM  # type: ignore[attr-defined]  # a Path
    assert [name for name in sorted(named) if not any(p.fullmatch(name) for p in patterns)] == []


def test_every_page_is_in_the_list_of_contents() -> None:
    contents = (GUIDE / "README.md").read_text()
    assert [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in contents] == []
