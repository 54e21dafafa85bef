import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from dlnotes.core import scripts
from dlnotes.site import build as builder
from dlnotes.site import execution, finish, slim
from dlnotes.site.build import build, fresh_site, is_fresh
from dlnotes.site.execution import outputs, record, seconds
from dlnotes.site.slim import chosen_by
from dlnotes.site.sources import Faulty, pages
from dlnotes.site.versions import Versions
from tests.site.small_book import BOTH, code, markdown, write, write_valley

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "dlnotes.cli"]


def page(site, lang, name="optimizers/valley"):
    return (site / lang / f"{name}.html").read_text(encoding="utf-8")


def test_each_edition_holds_its_own_language_and_not_the_other(small_site):
    zh, en = page(small_site, "zh"), page(small_site, "en")
    assert "山谷" in zh and "The valley" not in zh
    assert "The valley" in en and "山谷" not in en
    shown = [re.findall(r"<p class='shown'>(.*?)</p>", text) for text in (zh, en)]
    assert shown == [["中文的图"], ["English picture"]]


def test_titles_and_captions_are_in_the_language_of_the_edition(small_site):
    zh, en = page(small_site, "zh"), page(small_site, "en")
    assert "优化器" in zh and "优化器" not in en
    assert ">Optimizers<" in en and ">Optimizers<" not in zh
    titles = [re.search("<title>(.*?)</title>", text)[1] for text in (zh, en)]
    assert "深度学习训练笔记" in titles[0] and "||" not in "".join(titles)
    assert not re.search("[\u4e00-\u9fff]", titles[1])


def test_the_frame_speaks_the_language_of_the_edition(small_site):
    frame = re.sub(r"<script.*?</script>|<pre.*?</pre>", "", page(small_site, "zh"), flags=re.S)
    shown = re.findall(r'(?:aria-label|title|placeholder|data-bs-title)="([^"]*)"', frame)
    shown += re.findall(r">([^<>]*[A-Za-z]{4}[^<>]*)<", frame[frame.index("<body") :])
    allowed = re.compile(r"notebook|dlnotes|Goh|English|beta|valley\.ipynb|make practice")
    english = [text for text in shown if re.search("[A-Za-z]{4}", text)]
    assert [text for text in english if not allowed.search(text)] == []


def test_both_editions_come_from_one_run(small_project):
    assert sorted(seconds(small_project)) == ["index", "optimizers/valley", "references", "report"]
    assert len(list((outputs(small_project) / "executed").iterdir())) == 4


def test_every_pair_of_twins_has_its_anchor_in_both_editions(small_site):
    anchors = [re.findall(r'class="twin" id="([^"]+)"', page(small_site, x)) for x in ("zh", "en")]
    assert anchors[0] == anchors[1] == ["title", "far", "further", "end"]


def test_formulas_arrive_set_and_numbered(small_site):
    assert 'class="katex-display"' in page(small_site, "en")
    assert "(1)" in page(small_site, "en")
    assert (small_site / "_static/vendor/katex/fonts").is_dir()


def test_a_page_names_its_other_edition_and_its_notebook(small_site):
    text = page(small_site, "en")
    assert 'hreflang="zh-CN" href="../../zh/optimizers/valley.html"' in text
    assert re.search('<html data-edition="en" [^>]*lang="en"', text)
    assert (small_site / "en/_sources/optimizers/valley.ipynb").is_file()
    assert "report.html?page=optimizers/valley" in text


def test_nothing_heavy_or_dead_travels_along(small_site):
    names = {path.name for path in small_site.rglob("*")}
    assert not {name for name in names if name.endswith((".map", ".ttf")) or "thebe" in name}
    assert "fontawesome.js" not in names
    text = page(small_site, "zh").lower()
    assert "fontawesome" not in text and "thebe" not in text and "require.js" not in text


def test_a_word_changed_in_the_prose_shows_in_a_moment(small_project):
    write_valley(small_project / "book", word="目的地")
    assert not is_fresh(small_project)
    began = time.monotonic()
    site = fresh_site(small_project)
    assert time.monotonic() - began < 40  # under 10 s on an idle machine; tests share theirs
    assert "目的地" in page(site, "zh")
    write_valley(small_project / "book")
    build(small_project)


def test_a_fresh_site_is_not_built_again(small_project, monkeypatch):
    fresh_site(small_project)
    monkeypatch.setattr(builder, "_build", lambda *_: pytest.fail("built again"))
    left_by_jupyterlab = small_project / "book" / ".ipynb_checkpoints"
    left_by_jupyterlab.mkdir()
    (left_by_jupyterlab / "valley-checkpoint.ipynb").write_text("{}")
    fresh_site(small_project)
    shutil.rmtree(left_by_jupyterlab)


@pytest.fixture
def room(tmp_path, monkeypatch):
    """The room of the valley, in a package of its own."""
    package = tmp_path / "dlnotes"
    room = package / "sections" / "optimizers" / "valley"
    room.mkdir(parents=True)
    monkeypatch.setattr(execution, "Versions", lambda root: Versions(root, package))
    monkeypatch.setattr(scripts, "PACKAGE", package)
    return room


def runs(project):
    """When each page was run."""
    return {name: record(outputs(project), name).stat().st_mtime_ns for name in pages(project)}


def test_a_word_in_a_demo_runs_its_page_again_and_no_other(fresh_project, room):
    (room / "demo.py").write_text("before", encoding="utf-8")
    text = f"from pathlib import Path\n\nprint(Path({str(room / 'demo.py')!r}).read_text())"
    cells = markdown("title", "# 甲", "# A"), code("demo", text)
    write(fresh_project / "book" / "optimizers" / "valley.ipynb", *cells)
    build(fresh_project)
    before = runs(fresh_project)
    (room / "demo.py").write_text("afterwards", encoding="utf-8")
    site = build(fresh_project)
    changed = {name for name, at in runs(fresh_project).items() if at != before[name]}
    assert changed == {"optimizers/valley"}
    assert all("afterwards" in page(site, lang) for lang in ("zh", "en"))
    assert seconds(fresh_project)["optimizers/valley"] > 0


def test_a_word_in_a_drawing_is_on_the_page_and_nothing_is_run(fresh_project, room):
    drawn = room / "demo.js"
    drawn.write_text("export default 'before';\n", encoding="utf-8")
    script = scripts.module(drawn).replace("'before'", "'when it was run'")
    lines = [
        "import anywidget",
        f"class Drawn(anywidget.AnyWidget):\n    _esm = {script!r}",
        "Drawn()",
    ]
    cells = markdown("title", "# 甲", "# A"), code("demo", "\n\n\n".join(lines))
    write(fresh_project / "book" / "optimizers" / "valley.ipynb", *cells)
    site = build(fresh_project)
    assert all("'before'" in page(site, lang) for lang in ("zh", "en"))
    before = runs(fresh_project)
    drawn.write_text("export default 'afterwards';\n", encoding="utf-8")
    site = build(fresh_project)
    for lang in ("zh", "en"):
        (own,) = re.findall(r"export default '([^']*)'", page(site, lang))
        assert own == "afterwards"
    assert runs(fresh_project) == before


def test_only_pages_that_changed_are_made_again(small_project, monkeypatch):
    build(small_project)
    made, original = [], finish._made

    def noted(edition, modules, names):
        made.extend(names)
        return original(edition, modules, names)

    with monkeypatch.context() as patch:
        patch.setattr(finish, "_made", noted)
        write_valley(small_project / "book", "目的地")
        site = build(small_project)
        changed = set(made)
        write_valley(small_project / "book")
        made.clear()
        site = build(small_project)
    assert changed == set(made) and "optimizers/valley" in changed and "report" not in changed
    assert "谷底" in page(site, "zh") and "The valley" in page(site, "en")


def test_style_sheets_are_purged_anew_only_where_a_page_uses_other_rules(
    small_project, small_site, monkeypatch
):
    sheet = small_site / "_static" / "site.css"
    before = sheet.read_text(encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(slim.subprocess, "run", lambda *_, **__: pytest.fail("purged again"))
        write_valley(small_project / "book", "目的地")
        build(small_project)
    assert sheet.read_text(encoding="utf-8") == before
    assert ".admonition" not in re.sub(r"/\*.*?\*/", "", before, flags=re.DOTALL)
    note = code("note", BOTH.strip().replace("shown", "admonition"))
    cells = markdown("title", "# 甲", "# A"), note
    write(small_project / "book" / "optimizers" / "valley.ipynb", *cells)
    build(small_project)
    assert ".admonition {" in sheet.read_text(encoding="utf-8")
    write_valley(small_project / "book")
    build(small_project)
    assert sheet.read_text(encoding="utf-8") == before


def test_a_word_counts_where_a_selector_names_it_or_a_part_of_it():
    words = chosen_by('.note p[class*="col-"], a[href^=http] {color: red}')
    page = '<p class="note col-3 other">Red, said https://x'
    assert words(page) == ["class", "col-3", "https", "note", "p"]


def broken_code(book):
    write(book / "index.ipynb", markdown("title", "# 甲", "# A"), code("divide", "1 / 0"))


def broken_widget(book):
    cell = code("slider", "import ipywidgets\n\nipywidgets.IntSlider()")
    write(book / "index.ipynb", markdown("title", "# 甲", "# A"), cell)


def broken_program(book):
    lines = "import torch", "from dlnotes.live import emit", "", "", "def bump(x):"
    text = "\n".join((*lines, "    return torch.special.bessel_j0(x)", "", "", "emit(bump=bump)"))
    write(book / "index.ipynb", markdown("title", "# 甲", "# A"), code("program", text))


def broken_figure(book):
    text = (
        "from dlnotes.figures.figure import figure\n\n"
        'figure(print, alt={"zh": "线", "en": "line"}, caption={"zh": "线"})'
    )
    write(book / "index.ipynb", markdown("title", "# 甲", "# A"), code("picture", text))


def broken_formula(book):
    twins = markdown("title", "# 甲\n\n$\\notthere x$", "# A\n\n$\\notthere x$")
    write(book / "index.ipynb", twins)


def broken_reference(book):
    write(book / "index.ipynb", markdown("title", "# 甲\n\n{eq}`eq-no`", "# A\n\n{eq}`eq-no`"))


def broken_json(book):
    (book / "index.ipynb").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (broken_code, "book/index.ipynb, cell divide: ZeroDivisionError"),
        (broken_widget, "IntSlider"),
        (broken_program, "book/index.ipynb, cell program: "),
        (broken_figure, "book/index.ipynb: cell picture: line 3: words without their en form"),
        (broken_formula, "TeX"),
        (broken_reference, "book/index.ipynb, cell title-en: "),
        (broken_json, "book/index.ipynb: is not valid JSON"),
    ],
)
def test_a_fault_stops_the_build_with_one_line_and_leaves_the_last_site(small_project, spoil, says):
    good = page(small_project / "_build" / "site", "zh", "index")
    index = small_project / "book" / "index.ipynb"
    saved = index.read_bytes()
    try:
        spoil(small_project / "book")
        for _ in range(2):  # what Sphinx kept from the first try must not hide the fault
            with pytest.raises(Faulty, match=re.escape(says)) as stop:
                build(small_project)
            assert all("\n" not in fault for fault in stop.value.faults)
    finally:
        index.write_bytes(saved)
    assert page(small_project / "_build" / "site", "zh", "index") == good


def test_a_killed_build_leaves_the_last_site(small_project):
    site = small_project / "_build" / "site"
    good = page(site, "zh")
    write_valley(small_project / "book", word="别处")
    process = subprocess.Popen([*COMMAND, "--root", small_project, "site"])
    begun = small_project / "_build" / "site.new"  # the pages are being gathered
    while not begun.exists() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert page(site, "zh") == good
    write_valley(small_project / "book")
    assert "谷底" in page(build(small_project), "zh")


def test_the_command_line_says_a_fault_without_a_traceback(fresh_project):
    broken_json(fresh_project / "book")
    command = [*COMMAND, "--root", fresh_project, "site"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().startswith("book/index.ipynb: is not valid JSON")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_tests_book_is_built_at_all(small_site):
    assert (small_site / "index.html").is_file()
