from dlnotes.site.findings import Findings


def count_of(looked_at):
    def letters(text):
        looked_at.append(text)
        return len(text)

    return letters


def test_a_page_that_has_not_changed_is_not_looked_at_again(tmp_path):
    looked_at = []
    letters = count_of(looked_at)
    for texts in (["a", "bb"], ["a", "ccc"], ["bb"]):
        findings = Findings(tmp_path / "findings.json")
        assert [findings.of(letters, text) for text in texts] == [len(text) for text in texts]
        findings.save()
    assert looked_at == ["a", "bb", "ccc", "bb"]


def test_what_other_code_has_found_is_sought_anew(tmp_path):
    looked_at = []
    letters = count_of(looked_at)
    for version in ("1", "1", "2"):
        findings = Findings(tmp_path / "findings.json", version)
        assert findings.of(letters, "a") == 1
        findings.save()
    assert looked_at == ["a", "a"]


def test_two_findings_of_one_page_are_told_apart_and_nothing_has_to_be_kept():
    findings = Findings()
    assert findings.of(len, "abc") == 3 and findings.of(str.upper, "abc") == "ABC"
