"""Markdown: a parser shows each text as it was, and no text becomes markup."""

from __future__ import annotations

import pytest

from bot.cases.rendering.markdown import to_markdown
from tests.cases.rendering.reading import markdown_lines, markdown_tokens
from tests.cases.rendering.samples import HOSTILE, complaint, hostile, squeezed, texts_of

MARKUP = ("[em_open]", "[strong_open]", "[code_inline]", "[s_open]", "[image]")


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_shown_unchanged(text: str) -> None:
    document = hostile(text)
    shown, place = squeezed("".join(markdown_lines(to_markdown(document)))), 0
    for each in texts_of(document):
        place = shown.index(squeezed(each), place) + len(squeezed(each))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    kinds = [token.type for token in markdown_tokens(to_markdown(hostile(text)))]
    plain = [token.type for token in markdown_tokens(to_markdown(hostile("平常的字")))]
    changed = {"paragraph_open", "paragraph_close", "inline"}  # an empty line parts paragraphs
    assert [kind for kind in kinds if kind not in changed] == [
        kind for kind in plain if kind not in changed
    ]
    shown = "".join(markdown_lines(to_markdown(hostile(text))))
    assert not [mark for mark in MARKUP if mark in shown]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_pasted_is_right_in_the_source_too(text: str) -> None:
    fences = [
        token.content
        for token in markdown_tokens(to_markdown(hostile(text)))
        if token.type == "fence"
    ]
    assert fences == [f"{text}\n"]


def test_line_breaks_stay() -> None:
    shown = markdown_lines(to_markdown(hostile("上\n中\n下")))
    assert shown.count("上\n中\n下") == 4  # paragraph, cell, two lists
    assert "上\n中\n下\n" in shown  # what is pasted


@pytest.mark.parametrize("title", ["编程 C#", "a #", "a ##", "# a #", "#"])
def test_number_signs_in_titles_stay(title: str) -> None:
    from dataclasses import replace

    assert markdown_lines(to_markdown(replace(complaint(), title=title)))[0] == title


def test_structure() -> None:
    kinds = [token.type for token in markdown_tokens(to_markdown(complaint()))]
    found = {
        kind: kinds.count(kind)
        for kind in ("heading_open", "table_open", "ordered_list_open", "fence")
    }
    assert found == {"heading_open": 6, "table_open": 1, "ordered_list_open": 1, "fence": 1}
    assert "- [ ] 联系电话" in to_markdown(complaint())
