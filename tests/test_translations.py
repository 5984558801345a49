"""Both languages are complete: every Chinese sentence has its English, with the same facts."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from supermarket.settings import ROOT

ENGLISH = ROOT / "supermarket" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "gettext": None, "N_": None, "lazy_gettext": None, "ngettext": (1, 2)}
#: What a sentence tells; how a day is written may differ, as in ``{day:%-d %b}``.
FACTS = re.compile(r"%\(\w+\)[sd]|\{\w*(?=[^{}]*\})")
#: What people type or read in Chinese whatever language the page speaks: headers of their
#: files, words of their forms.
TYPED = re.compile("爱心超市|户编号|帮扶责任人|社会组织|机关单位|爱心人士")


def sentences() -> set[str]:
    """Every sentence marked for translation in the package and the templates."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]  # Babel's
    found: set[str] = set()
    for folder in ("supermarket", "templates"):
        places = extract_from_dir(
            ROOT / folder,
            [(pattern.split("/", 1)[-1], method) for pattern, method in methods],
            {pattern.split("/", 1)[-1]: chosen for pattern, chosen in options.items()},
            KEYWORDS,
        )
        for _file, _line, message, _comments, _context in places:
            found.update([message] if isinstance(message, str) else message)
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English catalogue."""
    with ENGLISH.open("rb") as file:
        return read_po(file)


def test_there_are_sentences_to_translate() -> None:
    assert len(sentences()) > 500
    assert "积分不足：现有 {balance} 分，需要 {needed} 分，还差 {missing} 分" in sentences()


def test_every_sentence_has_its_english(english: Catalog) -> None:
    missing = sorted(
        sentence
        for sentence in sentences()
        if (entry := english.get(sentence)) is None or not entry.string or entry.fuzzy
    )

    assert missing == []


def test_every_translation_keeps_the_facts(english: Catalog) -> None:
    wrong = [
        (entry.id, entry.string)
        for entry in english
        if isinstance(entry.id, str)
        and isinstance(entry.string, str)
        and set(FACTS.findall(entry.id)) != set(FACTS.findall(entry.string))
    ]

    assert wrong == []


def test_no_translation_is_still_chinese(english: Catalog) -> None:
    chinese = [
        entry.id
        for entry in english
        if isinstance(entry.string, str)
        and re.search(r"[\u4e00-\u9fff]{4,}", TYPED.sub("", entry.string))
    ]

    assert chinese == []


def test_the_catalogue_is_compiled() -> None:
    assert Path(ENGLISH.with_suffix(".mo")).exists(), "run make install"
