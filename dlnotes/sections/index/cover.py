"""The cover: a valley, four bets, a race, and a handle that turns the valley.

Its first state is drawn here, so that the page has its picture before any script runs and without
one; `cover.js` moves what is drawn, with the steps of `programs.py`.
"""

import html
import json
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import torch

from dlnotes.core import palette
from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.sections.index.experiments import ANGLES, METHODS, START, VALLEY, Best, best
from dlnotes.sections.index.programs import program

HERE = Path(__file__).parent
BETWEEN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
QUARTER = 45  # degrees, between two axes
UNIT = 100  # of the picture, in one of the valley
RIM = 112  # where the handle is
# ways along the floor at which the contour lines cross it
CROSSINGS = (0.3, 0.6, 1.0, 1.5, 2.1, 2.8, 3.7, 4.8, 6.2)
FAMILY = {"sgd": "plain", "momentum": "momentum", "adagrad": "adaptive", "adam": "adam"}
MARKS = {  # one shape a method, 10 pixels wide
    "sgd": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
    "momentum": "M0 -6.5L6.5 0L0 6.5L-6.5 0Z",
    "adagrad": "M-4.8 -4.8H4.8V4.8H-4.8Z",
    "adam": "M0 -6L6 4.6H-6Z",
}
TEXT = {
    "zh": {
        "picture": "一道窄长的山谷，从上往下看：起点在左边的坡上，谷底在正中。",
        "bet": "先押一个",
        "start": "起点",
        "turn": "转山谷",
        "to": "把山谷转 {angle}°",
        "back": "转回去",
        "again": "再跑一遍",
        "sgd": "梯度下降",
        "momentum": "动量法",
        "adagrad": "Adagrad",
        "adam": "Adam",
        "places": ["第一", "第二", "第三", "第四"],
        "arrived": "{place}，{steps} 步",
        "asked": "押好就跑，每一步都在这一页里现算。",
        "running": "第 {step} 步",
        "won": "押中了：{bet} {place}，{steps} 步，比 {second} 早 {gap} 步。",
        "lost": "你押 {bet}：{place}，{steps} 步，比 {first} 晚 {gap} 步。",
        "ask": "把山谷转 {angle}°，名次还是这样吗？",
        "level": "转到 {angle}°：{first} {place}，{steps} 步。",
        "fallen": "{mover} 从 {before} 落到 {place}，{from} 步变成 {steps} 步："
        "它认的是坐标轴，不是山谷。",
        "same": "名次没变。",
        "told": "不转时：{straight}。转 {angle}°：{turned}。",
        "entry": "{name} {steps} 步",
        "joint": "，",
    },
    "en": {
        "picture": "A long, narrow valley seen from above: the start is on the slope at the left, "
        "the bottom in the middle.",
        "bet": "Place your bet",
        "start": "start",
        "turn": "turn the valley",
        "to": "Turn the valley by {angle}°",
        "back": "Turn it back",
        "again": "Race again",
        "sgd": "gradient descent",
        "momentum": "momentum",
        "adagrad": "Adagrad",
        "adam": "Adam",
        "places": ["first", "second", "third", "fourth"],
        "arrived": "{place}, {steps} steps",
        "asked": "Bet, and they run. Every step is computed in this page, as you watch.",
        "running": "Step {step}",
        "won": "You win: {bet} is {place} after {steps} steps, {gap} ahead of {second}.",
        "lost": "You bet on {bet}: {place} after {steps} steps, {gap} behind {first}.",
        "ask": "Turn the valley by {angle}°: does the ranking hold?",
        "level": "Turned to {angle}°, {first} is {place} after {steps} steps.",
        "fallen": "{mover} falls from {before} to {place}, from {from} steps to {steps}: "
        "it knows the axes, not the valley.",
        "same": "The ranking holds.",
        "told": "Straight: {straight}. Turned by {angle}°: {turned}.",
        "entry": "{name} {steps} steps",
        "joint": ", ",
    },
}


@cache
def found() -> dict[str, Best]:
    """Every method at its best, at `ANGLES`."""
    return {name: best(method, ANGLES) for name, method in METHODS.items()}


def cover() -> Bilingual:
    """The cover in both languages, with all it needs."""
    return Bilingual(
        html={lang: _whole(lang) for lang in LANGUAGES},
        plain={lang: told(lang) for lang in LANGUAGES},
    )


def told(lang: str) -> str:
    """The ranking before and after the turn, for paper and where no script runs."""
    text = TEXT[lang]
    lists = {}
    for name, angle in (("straight", 0), ("turned", QUARTER)):
        steps = {method: int(at.steps[angle]) for method, at in found().items()}
        entries = (
            spaced(text["entry"].format(name=text[method], steps=steps[method]))
            for method in sorted(steps, key=steps.get)
        )
        lists[name] = text["joint"].join(entries)
    return text["told"].format(angle=QUARTER, **lists)


def spaced(words: str) -> str:
    """Words put together without the space that a template leaves beside a Chinese name.

    Example:
        >>> spaced("比 动量法 早 3 步")
        '比动量法早 3 步'
    """
    return BETWEEN.sub("", words)


def _whole(lang: str) -> str:
    text = TEXT[lang]
    given = json.dumps({"lang": lang, "text": text, "quarter": QUARTER}, ensure_ascii=False)
    style, script = (_read(f"cover.{kind}") for kind in ("css", "js"))
    return (
        f"<style>{_colors()}{style}</style>"
        f'<div class="cover" data-cover>{_picture(text)}{_bets(text)}'
        f'<p class="cover-said"><span>{html.escape(text["asked"])}</span></p>'
        f'<p class="cover-heard" role="status"></p>{_after(text)}'
        f'<p class="cover-told">{html.escape(told(lang))}</p>'
        f'<script type="application/json">{given}</script></div>'
        f'<script type="module">{program(found())}{script}</script>'
    )


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _colors() -> str:
    """The palette where no page of the website brings it."""
    dark = 'html:not([data-theme]) body[data-jp-theme-light="false"] .cover'
    return palette.css("html:not([data-theme]) .cover", dark)


def _bets(text: dict) -> str:
    buttons = "".join(
        f'<button type="button" data-bet="{name}" class="{family}" aria-pressed="false">'
        f'<svg viewBox="-20 -8 40 16" aria-hidden="true"><path class="way" d="M-18 0H18"/>'
        f'<path class="spot" d="{MARKS[name]}"/></svg><span>{html.escape(text[name])}</span>'
        f'<span class="cover-place" data-place="{name}"></span></button>'
        for name, family in FAMILY.items()
    )
    return f'<div class="cover-bets" role="group" aria-label="{text["bet"]}">{buttons}</div>'


def _after(text: dict) -> str:
    words = html.escape(text["to"].format(angle=QUARTER))
    return (
        '<p class="cover-after">'
        f'<button type="button" data-act="turn">{words}</button>'
        f'<button type="button" data-act="again">{html.escape(text["again"])}</button></p>'
    )


# ---- the picture, as it stands before the race ---------------------------------------------------
def _picture(text: dict) -> str:
    x, y = START[0] * UNIT, -START[1] * UNIT
    families = FAMILY.items()
    ways = "".join(f'<path class="way {family}" data-way="{name}"/>' for name, family in families)
    marks = "".join(
        f'<g class="{family}" data-runner="{name}" hidden>'
        f'<path class="spot" d="{MARKS[name]}"/></g>'
        for name, family in families
    )
    return (
        '<svg class="cover-picture" viewBox="-120 -120 240 240" role="group" '
        f'aria-label="{html.escape(text["picture"])}">'
        f'<g class="land" data-land>{"".join(_ground())}<path class="axis" d="M4 0H{RIM}"/></g>'
        f'<g class="ways">{ways}</g><path class="bottom" d="M-3 0H3M0 -3V3"/>'
        f'<g data-start transform="translate({x:g} {y:g})"><circle class="start"/>'
        f"<text>{html.escape(text['start'])}</text></g>{marks}{_handle(text)}</svg>"
    )


def _ground() -> Iterator[str]:
    """The contour lines: of a valley with one bottom they are ellipses around it."""
    bottom = torch.tensor(VALLEY.minimum, dtype=torch.float64)
    low = VALLEY.hessian(bottom).diagonal().tolist()
    for shade, along in reversed(list(enumerate(CROSSINGS))):
        rx, ry = (along * UNIT * math.sqrt(low[0] / each) for each in low)
        yield f'<ellipse class="shade-{shade}" rx="{rx:g}" ry="{ry:.4g}"/>'


def _handle(text: dict) -> str:
    return (
        f'<g class="handle" data-handle tabindex="0" role="slider" aria-label="{text["turn"]}" '
        f'aria-valuemin="-{ANGLES[-1]}" aria-valuemax="{ANGLES[-1]}" '
        'aria-valuenow="0" aria-valuetext="0°" '
        f'transform="translate({RIM} 0)"><circle class="reach"/><circle class="grip"/>'
        '<path class="icon" d="M-4.6 2A5 5 0 1 0 -3.2 -3.9M-3.6 -7.2V-3.4H.2"/>'
        f"<text>{html.escape(text['turn'])}</text></g>"
    )
