"""Papers to render, and the texts that try to break a rendering."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases.document import Document, Fields, Items, Paragraph, Section

__all__ = ["HOSTILE", "MADE_ON", "complaint", "hostile", "squeezed", "texts_of"]

MADE_ON = date(2026, 11, 9)
LONG_LINK = "https://www.example.com/explore/66f0a1b2c3d4?token=" + "AbC-_x9" * 40 + "&a=b~c"

HOSTILE = [
    pytest.param(text, id=name)
    for name, text in {
        "typst": '#let x = 1; #panic("no") #read("/etc/passwd") $x^2$ @ref <label> // no /* no */',
        "html": "<b>粗</b> <script>alert(1)</script> &amp; &#35; <!-- no -->",
        "markdown": "*a* _b_ `c` ```d``` [e](f) ![g](h) ~~i~~ |j| k\\l \\* a\\",
        "at the start": "# a\n## b\n- c\n+ d\n* e\n1. f\n2) g\n> h\n---\n===\n~~~\n```\n| i |\n    j",
        "emoji": "昵称😀 👨‍👩‍👧 ❤️ 🇨🇳",
        "rare": "𠮷 𪚥 㙍 龘 䲜 ①Ⅳ㊙",
        "quotes": "“双” ‘单’ \"half\" 'half' …… —— -- --- ...",
        "latin": "a" * 2000,
        "digits": "1234567890" * 200,
        "chinese": "字" * 2000,
        "marks": "！" * 300 + "…" * 300 + "——" * 150,
        "cyrillic": "Привет" * 100,
        "link": f"看这里 {LONG_LINK}，再看 https://a.cn/x|y_z_*q*。",
        "empty lines": "一\n\n二\n\n\n三",
        "placeholders": "{slot} {{x}} %s %(a)s ${HOME} {fact.id}",
        "spaces": "  前面两格  中间两格",
    }.items()
]


def complaint() -> Document:
    """A paper with each kind of block; built anew each time, so that equal does not mean identical."""
    return Document(
        id="complaint",
        title="消费者投诉书",
        use="全国 12315 平台（网页或 App）",
        made_on=MADE_ON,
        sections=(
            Section("表单怎么填", (Fields((("被投诉企业", "某某公司"), ("链接", LONG_LINK))),)),
            Section(
                "事实",
                (Paragraph("先核对一遍。"), Paragraph("我在十一月二日下单。", paste=True)),
            ),
            Section(
                "诉求",
                (Items(("退款 128 元", "说明理由"), numbered=True), Items(("甲事", "乙事"))),
            ),
        ),
        sources=("投诉办法第九条（官网；2026年11月1日核对）", "消费者权益保护法"),
        missing=("收货人姓名：和订单上一致", "联系电话"),
    )


def hostile(text: str) -> Document:
    """The text in every place; a line of text where only one line can stand."""
    line = " ".join(text.split())
    return Document(
        id="hostile",
        title=line[:80],
        use=line,
        made_on=MADE_ON,
        sections=(
            Section(line[:80], (Paragraph(text), Paragraph(text, paste=True))),
            Section("表", (Fields(((line[:60], text), ("后面", "有字"))),)),
            Section("单", (Items((text, "后面有字"), numbered=True), Items((text,)))),
        ),
        sources=(line,),
        missing=(line,),
    )


def texts_of(document: Document) -> list[str]:
    """Every text of the document, in the order of the page."""
    texts = [document.title, document.use]
    for section in document.sections:
        texts.append(section.title)
        for block in section.blocks:
            match block:
                case Paragraph(text=text):
                    texts.append(text)
                case Items(texts=items):
                    texts.extend(items)
                case Fields(rows=rows):
                    texts.extend(part for row in rows for part in row)
    return [*texts, *document.missing, *document.sources]


def squeezed(text: str) -> str:
    """The text without white space, which a page sets anew."""
    return "".join(text.split())
