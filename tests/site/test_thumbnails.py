"""A thumbnail is a picture without its words, and no larger than a list can bear."""

from dlnotes.site.thumbnails import LARGEST, thumbnail

AXES = '<g id="a-axes_1"><g id="a-patch_2"><path d="M 50.5 180 L 397 180 L 397 3 L 50.5 3 z"/></g>'
WORDS = '<g id="a-text_8"><g><defs><path id="a-glyph" d="M0 0"/></defs></g><use/></g>'
TICKS = '<g id="a-matplotlib.axis_1"><g id="a-xtick_1"><g id="a-text_1"/><path d="M9 9"/></g></g>'
LINE = '<g id="a-line2d_9"><path d="M 1.23456 -2.34567"/></g></g>'


def figure(*parts: str) -> str:
    svg = f'<svg viewBox="0 0 400 220">{"".join(parts)}</svg>'
    icon = '<button><svg viewBox="0 0 24 24"><path d="M4 6"/></svg></button>'
    return f'{icon}<figure class="book-figure panels-1">{svg}</figure>'


def test_lines_stay_words_and_ticks_go_and_the_frame_is_filled():
    found = thumbnail(figure(AXES, WORDS, TICKS, LINE))
    assert 'viewBox="50.5 3 346.5 177"' in found and "M 1.2 -2.3" in found
    assert "glyph" not in found and "M9 9" not in found and "M4 6" not in found
    assert found.count("<g") == found.count("</g>")


def test_a_line_of_many_points_keeps_its_ends_and_its_breaks():
    first, second = (
        "".join(f"L {i} {i} " for i in span) for span in (range(1, 900), range(1000, 2000))
    )
    found = thumbnail(figure(AXES, f'<path d="M 0 0 {first}M 999 5 {second}"/>'))
    assert "M 0 0" in found and "M 999 5" in found and "L 1999 1999" in found
    assert 100 < found.count("L ") < 200


def test_a_picture_too_large_gives_way_to_the_next_and_none_to_nothing():
    large = figure(AXES, f'<path d="{"C 1 1 " * LARGEST}"/>', LINE)
    assert "M7 7" in thumbnail(large + figure('<path d="M7 7"/>'))
    assert thumbnail(large) == "" and thumbnail("<p>no picture</p>") == ""
