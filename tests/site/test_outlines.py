"""A letter's outline stands once on a page, whatever figures use it."""

from dlnotes.site.outlines import once

A, B = "M 16 -32 \nL 1600 -8 \nz\n", "M 0 0 \nL 160 160 \nz\n"


def figure(mark: str, **letters: str) -> str:
    drawn = "".join(
        f'<path id="{mark}-dlnotesSans-Regular-{name}" d="{outline}" transform="scale(0.015625)"/>'
        f'<use xlink:href="#{mark}-dlnotesSans-Regular-{name}"/>'
        for name, outline in letters.items()
    )
    return f'<svg>{drawn}<use xlink:href="#{mark}-m55d7c0dfe0"/></svg>'


def test_the_second_figure_takes_the_letters_of_the_first():
    page = once(figure("f12345678", a=A) + figure("f87654321", a=A, b=B))
    assert page.count("<path") == 2
    assert page.count('href="#dlnotesSans-Regular-a"') == 2
    assert '<path id="dlnotesSans-Regular-a" d="M1-2L100 0z" transform="scale(.25)">' in page
    assert 'href="#f12345678-m55d7c0dfe0"' in page  # marks stay each figure's own


def test_a_letter_of_another_font_of_that_name_stays_as_it_is():
    page = once(figure("f12345678", a=A) + figure("f87654321", a=B))
    assert f'<path id="f87654321-dlnotesSans-Regular-a" d="{B}" transform' in page
    assert 'href="#f87654321-dlnotesSans-Regular-a"' in page


def test_a_space_has_no_outline():
    blank = '<path id="f12345678-dlnotesSans-Regular-1" transform="scale(0.015625)"></path>'
    assert once(blank) == '<path id="dlnotesSans-Regular-1" d="" transform="scale(.25)"></path>'
