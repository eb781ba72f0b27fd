"""A sheet of a Word file: the few shapes that a paper needs, on top of python-docx.

What the library has no word for (East Asian fonts, frames, indents counted in characters, page fields) is
written here as elements of WordprocessingML. Lengths are centimetres, sizes points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import BaseStyle
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

__all__ = ["Look", "Sheet"]

_SERIF = ("Times New Roman", "宋体")  # Latin, East Asian: names that Word and WPS both have
_SANS = ("Arial", "黑体")
_GREY = "5F5F5F"
_TINT = "F7F7F7"
_BORDERS = (
    ("top", 4, "D7D7D7"),
    ("left", 18, "969696"),
    ("bottom", 4, "D7D7D7"),
    ("right", 4, "D7D7D7"),
)
_HEADINGS = {0: ("Title", 20.0, 0, 14), 1: ("Heading 1", 13.0, 16, 6)}
# The schema fixes the order of a paragraph's properties; a border is read only where it belongs.
_AFTER_SHADE = (
    "w:tabs",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is written; `size` in points."""

    size: float
    sans: bool = False
    bold: bool = False
    grey: bool = False

    @property
    def fonts(self) -> tuple[str, str]:
        """The Latin font and the East Asian one."""
        return _SANS if self.sans else _SERIF


class Sheet:
    """Writes downwards into a Word document; texts are data and stand as they are."""

    def __init__(self, word: Word) -> None:
        """Makes `word` an A4 sheet with our styles and page numbers; its own colours and fonts go."""
        from docx.oxml.ns import qn  # noqa: PLC0415 - an extra: the caller has checked for it
        from docx.shared import Cm  # noqa: PLC0415 - as above

        self._word = word
        page = word.sections[0]
        page.page_width, page.page_height = Cm(21.0), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.6)
        page.top_margin, page.bottom_margin = Cm(2.7), Cm(2.5)
        _restyle(word.styles["Normal"], Look(size=11.5), 0, 4)
        for name, size, before, after in _HEADINGS.values():
            _restyle(word.styles[name], Look(size, sans=True, bold=True), before, after)
        for language in word.styles.element.iter(qn("w:lang")):
            _set(language, eastAsia="zh-CN")  # lines are broken and words checked by its rules
        _number_pages(page.footer.paragraphs[0])

    def heading(self, text: str, level: int) -> None:
        """The title (level 0, centred) or the title of a section (level 1)."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above

        name, size, _, _ = _HEADINGS[level]
        paragraph = self._word.add_paragraph(style=name)
        _write(paragraph, text, Look(size, sans=True, bold=True))
        if level == 0:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def paragraph(self, text: str, look: Look, *, indent: bool = False) -> Paragraph:
        """A justified paragraph; `indent` moves its first line by two characters."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above

        paragraph = self._word.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.line_spacing = 1.35
        _write(paragraph, text, look)
        if indent:
            # Counted in characters, so that it fits whatever size its owner chooses; twips are for others.
            ind = paragraph._p.get_or_add_pPr().get_or_add_ind()
            _set(ind, firstLineChars="200", firstLine=str(round(look.size * 2 * 20)))
        return paragraph

    def hanging(self, mark: str, text: str, look: Look) -> None:
        """A line of a list: its further lines stand under its first word."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above
        from docx.shared import Cm  # noqa: PLC0415 - as above

        paragraph = self.paragraph(f"{mark}\t{text}", look)
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.LEFT
        )  # justified, a line before a break is torn apart
        paragraph.paragraph_format.left_indent = Cm(0.8)
        paragraph.paragraph_format.first_line_indent = Cm(-0.8)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.8))

    def framed(self, texts: Iterable[str], look: Look) -> None:
        """Lines that share one frame, because they are meant to be copied together."""
        from docx.shared import Cm  # noqa: PLC0415 - as above

        for text in texts:
            paragraph = self.paragraph(text, look)
            borders = _element("w:pBdr")
            for side, width, color in _BORDERS:
                line = _element(f"w:{side}", val="single", sz=str(width), space="6", color=color)
                borders.append(line)
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(borders, *_AFTER_SHADE)
            properties.insert_element_before(_shade(), *_AFTER_SHADE)
            paragraph.paragraph_format.left_indent = Cm(0.3)
            paragraph.paragraph_format.right_indent = Cm(0.3)
        self._gap()

    def table(
        self, rows: Iterable[tuple[str, str]], widths: tuple[float, float], label: Look, value: Look
    ) -> None:
        """A table with a shaded left column; a row may run over to the next page."""
        from docx.shared import Cm  # noqa: PLC0415 - as above

        table = self._word.add_table(rows=0, cols=2)
        table.style = self._word.styles["Table Grid"]
        table.autofit = False  # else a long link pushes the table off the page
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for texts in rows:
            cells = table.add_row().cells
            for cell, text, width, look in zip(cells, texts, widths, (label, value), strict=True):
                cell.width = Cm(width)
                for place, line in enumerate(text.split("\n")):
                    _write(cell.add_paragraph() if place else cell.paragraphs[0], line, look)
            cells[0]._tc.get_or_add_tcPr().append(_shade())
        self._gap()

    def _gap(self) -> None:
        """Air below a frame or a table: the next of its kind would grow together with it."""
        from docx.shared import Pt  # noqa: PLC0415 - as above

        paragraph = self._word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(8)


def _write(paragraph: Paragraph, text: str, look: Look) -> Run:
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 - as above

    run = paragraph.add_run(text)
    run.font.size = Pt(look.size)
    run.font.bold = look.bold
    if look.grey:
        run.font.color.rgb = RGBColor.from_string(_GREY)
    _name_fonts(run._r.get_or_add_rPr(), look)
    return run


def _name_fonts(properties: BaseOxmlElement, look: Look) -> None:
    """Names the fonts of a run or a style; the hint makes “ ” … — full-width, as Chinese sets them."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above

    latin, chinese = look.fonts
    old = properties.find(qn("w:rFonts"))
    if old is not None:
        properties.remove(old)  # a theme's fonts would win over names
    fonts = _element(
        "w:rFonts", ascii=latin, hAnsi=latin, eastAsia=chinese, cs=latin, hint="eastAsia"
    )
    style = properties.find(qn("w:rStyle"))
    properties.insert(0 if style is None else 1, fonts)


def _restyle(style: BaseStyle, look: Look, before: float, after: float) -> None:
    """A paragraph style in our look, without the template's colour and rules; spaces in points."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 - as above
    from docx.styles.style import ParagraphStyle  # noqa: PLC0415 - as above

    assert isinstance(style, ParagraphStyle)
    style.font.size, style.font.bold = Pt(look.size), look.bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    _name_fonts(style.element.get_or_add_rPr(), look)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    for rule in style.element.iter(qn("w:pBdr")):
        rule.getparent().remove(rule)
        break


def _number_pages(paragraph: Paragraph) -> None:
    """第 1 页，共 2 页: the fields are counted by the word processor."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above

    look = Look(size=9, sans=True, grey=True)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, "第 ", look)
    _field(paragraph, "PAGE", look)
    _write(paragraph, " 页，共 ", look)
    _field(paragraph, "NUMPAGES", look)
    _write(paragraph, " 页", look)


def _field(paragraph: Paragraph, code: str, look: Look) -> None:
    for kind in ("begin", "separate", "end"):
        run = _write(paragraph, "", look)
        run._r.append(_element("w:fldChar", fldCharType=kind))
        if kind == "begin":
            instruction = _element("w:instrText")
            instruction.text = code
            _write(paragraph, "", look)._r.append(instruction)
        if kind == "separate":
            _write(paragraph, "1", look)  # until it is counted


def _shade() -> BaseOxmlElement:
    return _element("w:shd", val="clear", color="auto", fill=_TINT)


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    element = OxmlElement(name)
    _set(element, **attributes)
    return element


def _set(element: BaseOxmlElement, **attributes: str) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above

    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
