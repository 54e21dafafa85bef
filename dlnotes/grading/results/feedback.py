"""A student's page of feedback: both languages, one file, nothing loaded and nothing run."""

import html
from collections.abc import Iterable

from dlnotes.core.language import LANGUAGES, both
from dlnotes.core.palette import PAGE
from dlnotes.grading import messages
from dlnotes.grading.grade import Result, TaskScore
from dlnotes.grading.messages import Text, say
from dlnotes.grading.safe_text import marked_up, visible
from dlnotes.grading.tasks import declarations

TITLE = both(zh="{student}：批改结果", en="Feedback for {student}")
SHOW = both(zh="中文", en="English")
BOTH = "双语 · both"
POINTS = both(zh="分", en="points")
MISSING = both(zh="没有交。", en="Nothing was handed in.")
NOTES = both(zh="批改时注意到", en="Noticed while grading")
MARKS = {
    "full": ("●", messages.PASSED),
    "part": ("◐", messages.NEARLY),
    "none": ("○", messages.NOT_YET),
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"

STYLE = """
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1.1rem 4rem; max-width: 44rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.65 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei",
  sans-serif; overflow-wrap: anywhere }
.choice { position: absolute; opacity: 0 }
nav { display: flex; gap: .2rem; justify-content: flex-end; font-size: .9rem }
nav label { padding: .55rem .7rem; color: var(--muted); cursor: pointer;
  border-bottom: 2px solid transparent }
#zh:checked ~ nav [for=zh], #en:checked ~ nav [for=en], #both:checked ~ nav [for=both]
  { color: var(--ink); border-color: var(--accent) }
#zh:focus-visible ~ nav [for=zh], #en:focus-visible ~ nav [for=en],
#both:focus-visible ~ nav [for=both] { outline: 2px solid var(--accent) }
#zh:checked ~ main [lang=en], #en:checked ~ main [lang=zh] { display: none }
h1 { font-size: 1.6rem; line-height: 1.3; margin: .8rem 0 1.8rem }
h2 { font-size: 1.25rem; line-height: 1.35; margin: 0 }
h3 { font-size: 1.05rem; line-height: 1.45; margin: 0; font-weight: 600 }
h1 span, h2 span, h3 span, strong, p { display: block; margin: 0 }
h2 [lang=en]::first-letter { text-transform: uppercase }
[lang=zh] { line-height: 1.75 }
header, li { display: grid; grid-template-columns: 1fr auto; column-gap: 1rem }
header { align-items: end; padding-bottom: .7rem; border-bottom: 1px solid var(--rule) }
section { margin-bottom: 3rem }
ol { list-style: none; margin: 0; padding: 0 }
li { padding: 1.1rem 0 1.1rem 1.7rem; border-bottom: 1px solid var(--rule); position: relative }
.mark { position: absolute; left: 0; top: 1.1rem; color: var(--muted) }
.full .mark, .part .mark { color: var(--accent) }
.score { font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right }
header .score { font-size: 1.25rem }
small { margin-left: .4em; color: var(--muted); font-size: .8rem }
li .score { color: var(--muted) }
.said { grid-column: 1 / -1 }
.said p { margin-top: .45rem }
.example, aside { color: var(--muted); font-size: .92rem }
aside { margin-top: 1.2rem }
aside p { margin-top: .35rem }
code { font: .92em ui-monospace, Menlo, Consolas, monospace; background: var(--raised);
  padding: .05em .3em; border-radius: 3px }
.formula { font-family: Cambria, "STIX Two Text", Georgia, serif }
.formula sub, .formula sup { font-style: normal; font-size: .72em; line-height: 0 }
.root { border-top: 1px solid }
@media print { nav { display: none } body { padding: 0 } }
"""


def page(student: str, results: Iterable[Result]) -> str:
    """The page of one student, as the text of an HTML file.

    Args:
        student: the name, whatever characters it has.
        results: the student's exercises, in the order to show them.
    """
    title = say(TITLE, student=visible(student))
    head = " · ".join(html.escape(title[lang]) for lang in LANGUAGES)
    choices = "".join(
        f'<input class="choice" type="radio" name="lang" id="{name}"{checked}>'
        for name, checked in (("zh", ""), ("en", ""), ("both", " checked"))
    )
    names = {**SHOW, "both": BOTH}
    labels = "".join(f'<label for="{name}">{text}</label>' for name, text in names.items())
    sections = "\n".join(_section(result) for result in results)
    return (
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{head}</title>\n<style>{_colors()}{STYLE}</style>\n</head>\n<body>\n"
        f"{choices}\n<nav>{labels}</nav>\n<main>\n<h1>{_twins(title, 'span')}</h1>\n"
        f"{sections}\n</main>\n</body>\n</html>\n"
    )


def _colors() -> str:
    def side(number: int) -> str:
        return "".join(f"--{name}:{pair[number]};" for name, pair in PAGE.items())

    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {side(1)} }} }}"
    return f":root {{ color-scheme: light dark; {side(0)} }}\n{dark}"


def _section(result: Result) -> str:
    declared = declarations.declaration(*result.submission.place)
    titles = {task.id: task.title for task in declared.TASKS}
    body = _said(MISSING if result.status == "missing" else result.problem)
    if result.status == "graded":
        body = "".join(_task(titles[task.id], task) for task in result.tasks)
        body = f"<ol>\n{body}</ol>\n"
    points = _points(result.score, result.points, _twins(POINTS, "small"))
    head = f"<header><h2>{_twins(declared.TITLE, 'span')}</h2>{points}</header>"
    return f"<section>\n{head}\n{body}{_notes(result)}</section>"


def _task(title: Text, task: TaskScore) -> str:
    kind = "full" if task.score == task.points else "part" if task.score else "none"
    mark, word = MARKS[kind]
    label = " · ".join(word[lang] for lang in LANGUAGES)
    example = f'<div class="example">{_twins(task.example, "p")}</div>' if task.example else ""
    return (
        f'<li class="{kind}"><span class="mark" role="img" aria-label="{html.escape(label)}">'
        f"{mark}</span><h3>{_twins(title, 'span')}</h3>{_points(task.score, task.points)}"
        f"{_said(task.message, example)}</li>\n"
    )


def _said(text: Text | None, more: str = "") -> str:
    return f'<div class="said">{_twins(text, "p")}{more}</div>' if text else ""


def _points(earned: float, points: float, words: str = "") -> str:
    return f'<div class="score">{earned:g} / {points:g}{words}</div>'


def _notes(result: Result) -> str:
    if not result.flags:
        return ""
    said = "".join(_twins(flag.text(), "p") for flag in result.flags)
    return f"<aside>{_twins(NOTES, 'strong')}{said}</aside>\n"


def _twins(text: Text, tag: str) -> str:
    return "".join(f'<{tag} lang="{lang}">{marked_up(text[lang])}</{tag}>' for lang in LANGUAGES)
