import json

from dlnotes.site.widgets import check_displayed, share_parts

LOADER = '<script defer="defer" src="../_static/widgets.js?v=1"></script>'
SHARED = "globalThis.shared = 1;\n"
OWN = "\nexport default {}"


def page(*models, shown=None):
    state = {
        f"m{i}": {"model_module": module, "model_name": f"Model{i}", "state": {"_esm": esm}}
        for i, (module, esm) in enumerate(models)
    }
    views = "".join(
        f'<script type="application/vnd.jupyter.widget-view+json">{{"model_id": "{name}"}}</script>'
        for name in (shown or state)
    )
    saved = json.dumps({"state": state, "version_major": 2})
    mime = "application/vnd.jupyter.widget-state+json"
    return f'<script type="{mime}">{saved}</script>{LOADER}{views}'


def demo():
    return "anywidget", f"{SHARED}/* dlnotes: end of shared */{OWN}"


def test_the_shared_part_is_served_once_and_loaded_before_the_loader(tmp_path):
    made = share_parts(page(demo(), demo()), tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.read_text(encoding="utf-8") == SHARED
    assert made.count(file.name) == 1
    assert made.index(file.name) < made.index("widgets.js")
    assert f"../_static/{file.name}" in made
    assert "globalThis" not in made
    assert made.count("export default") == 2


def test_the_look_of_demos_is_there_before_their_script(tmp_path):
    looking = page(demo()).replace('"_esm"', '"_css": "p { color: red }", "_esm"')
    made = share_parts(looking, tmp_path)
    (file,) = tmp_path.glob("*.css")
    assert file.read_text(encoding="utf-8") == "p { color: red }"
    assert made.index(f'<link rel="stylesheet" href="../_static/{file.name}">') < made.index(".js")
    assert "color" not in made


def test_a_page_without_demos_stays_as_it_is(tmp_path):
    assert share_parts("<p>x</p>", tmp_path) == "<p>x</p>"


def test_a_closing_tag_inside_a_widget_cannot_end_its_script(tmp_path):
    mark = page(("anywidget", "let a = '<\\/script>'")).replace("<\\\\/", "<\\/")
    assert share_parts(mark, tmp_path).count("</script>") == mark.count("</script>")


def test_anywidgets_can_be_shown():
    assert check_displayed(page(demo())) == []


def test_any_other_widget_is_named():
    (fault,) = check_displayed(page(demo(), ("@jupyter-widgets/controls", "")))
    assert "Model1" in fault


def test_a_widget_without_saved_state_is_named():
    assert "state" in check_displayed(page(demo(), shown=["gone"]))[0]
