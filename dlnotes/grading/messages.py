"""What the grader says to a learner, in both languages: what, the value, the way out."""

from collections.abc import Sequence
from typing import Any

from dlnotes.core.language import LANGUAGES, both

Text = dict[str, str]

MISSING = both(
    zh="找不到 `{name}`。函数改名了吗？",
    en="`{name}` is missing. Was the function renamed?",
)
NOT_RUN = both(
    zh="找不到 `{name}`。先运行写它的那一格；函数改过名，就改回来。",
    en="`{name}` is missing. Run the cell that defines it; if you renamed the function, "
    "put its name back.",
)
NO_FUNCTION = both(
    zh="`{name}` 应该是函数，现在是 `{kind}`。用 `def {name}(...)` 来写。",
    en="`{name}` must be a function, got `{kind}`. Write it with `def {name}(...)`.",
)
UNFINISHED = both(
    zh="这一格还没写：`...` 还在。",
    en="Nothing here yet: the `...` is still in place.",
)
STUB = both(zh="这一格还没写。", en="Nothing here yet.")
NOTHING = both(
    zh="`{name}` 没有返回值。末尾写 `return` 了吗？",
    en="`{name}` returns nothing. Does it end with a `return`?",
)
TIME = both(
    zh="超过 {seconds:g} 秒，已停止。循环有出口吗？",
    en="Stopped after {seconds:g} seconds. Does the loop end?",
)
CHANGED = both(
    zh="你改动了传进来的 `{argument}`。要返回新值，别就地改。",
    en="You changed the `{argument}` passed in. Return a new value instead.",
)
ARGUMENTS = both(
    zh="`{name}` 的参数和题目不一样，调用不了（`{text}`）。照题目的第一行改回来。",
    en="`{name}` cannot be called: its arguments differ from the task's (`{text}`). "
    "Put its first line back.",
)
RAISED = both(zh="`{name}` 出错：`{error}`。", en="`{name}` raises `{error}`.")
RAISED_AT = both(zh="第 {line} 行出错：`{error}`。", en="Line {line} raises `{error}`.")
ENDINGS = {
    "crashed": both(
        zh="`{name}` 没有跑完，进程中途没了：是退出了 Python，还是把它弄崩了？",
        en="`{name}` did not finish: its process ended halfway. Does it exit Python, or crash it?",
    ),
    "memory": both(
        zh="`{name}` 把内存用完了。数组或列表是不是大得离谱？",
        en="`{name}` runs out of memory. Is an array or a list far too large?",
    ),
    "output": both(
        zh="`{name}` 返回的东西太多，或者读不懂。只返回题目要的。",
        en="`{name}` returns too much, or something unreadable. Return what the task asks for.",
    ),
}
CODE = both(zh=" `{code}`", en="`{code}`")
RETURNED = both(
    zh="`{name}` 应返回{returns}，现在返回的是{got}。",
    en="`{name}` must return {returns}, got {got}.",
)
SHAPES = {
    "transposed": both(
        zh="形状应为 {want}，现在是 {got}。转置了吗？",
        en="The shape must be {want}, got {got}. Transposed?",
    ),
    "length": both(
        zh="形状应为 {want}，现在是 {got}。少了，还是多了？",
        en="The shape must be {want}, got {got}. One missing, or one too many?",
    ),
    "other": both(
        zh="形状应为 {want}，现在是 {got}。",
        en="The shape must be {want}, got {got}.",
    ),
}
NOT_A_NUMBER = both(
    zh="结果里有 {number}。是不是除以了 0，或者对负数开了方、取了对数？",
    en="The result contains {number}. Was something divided by 0, or a root or logarithm taken "
    "of a negative number?",
)
SIGN = both(
    zh="大小都对，符号反了。",
    en="Right size, wrong sign.",
)
CONSTANT = both(
    zh="输入变了，答案却没变：把参数用起来。",
    en="The inputs change and the answer does not: make it use its arguments.",
)
SCALED = both(
    zh="每次都是正确值的 {factor} 倍：哪个系数多了，或少了？",
    en="It is {factor} times the right value every time: which factor is one too many, or missing?",
)
DIFFERENT = both(
    zh="和正确的值对不上。",
    en="This does not agree with the right value.",
)
EXAMPLE = both(
    zh="`{call}` 应为 {want}，现在是 {got}。", en="`{call}` should give {want}, got {got}."
)
EXAMPLE_ROW = both(zh="{row}应为 {want}，现在是 {got}。", en="{row} should be {want}, got {got}.")
UNKNOWN = both(
    zh="没有叫 `{name}` 的题。{guess}",
    en="There is no task called `{name}`. {guess}",
)
MEANT = both(zh='是 `"{near}"` 吗？', en='Did you mean `"{near}"`?')
KNOWN = both(zh="有这些：{names}。", en="There are: {names}.")
PASSED = both(zh="通过", en="Passed")
NOT_YET = both(zh="还没通过", en="Not yet")
NEARLY = both(zh="差一点", en="Nearly")
POINTS = both(zh="{earned:g}/{points:g} 分", en="{earned:g}/{points:g} points")
HINT = both(zh="提示 {number}", en="Hint {number}")
STUCK = both(
    zh='还是不行？`solution("{name}")` 给你看一种写法。',
    en='Still stuck? `solution("{name}")` shows one way to write it.',
)
SOLUTION = both(zh="`{name}` 的一种写法", en="One way to write `{name}`")
TOO_EARLY = both(
    zh='先自己试：`check("{name}")` 三次没过，才看得到解答。到现在 {failures} 次。',
    en='Try it yourself first: the solution opens after `check("{name}")` has failed three times. '
    "So far: {failures}.",
)
NO_SECTION = both(
    zh="没有叫 `{name}` 的章节。{guess}",
    en="There is no chapter or section called `{name}`. {guess}",
)
SCORE = both(zh="得分", en="Score")
ALL = both(zh="合计", en="Total")

KINDS = {
    "nothing": both(zh=" `None`", en="`None`"),
    "number": both(zh="一个数", en="a number"),
    "array": both(zh="形状为 {shape} 的一组数", en="numbers of shape {shape}"),
    "list": both(zh="长度为 {length} 的列表或元组", en="a list or tuple of length {length}"),
    "mixed": both(zh="里面有 `{kind}` 的列表或元组", en="a list or tuple with `{kind}` in it"),
    "other": both(zh=" `{kind}`", en="`{kind}`"),
}


class Refusal(Exception):
    """What was asked for is refused, in both languages: why, and the way out.

    Attributes:
        texts: the message by language.
    """

    def __init__(self, texts: Text) -> None:
        super().__init__(texts)
        self.texts = texts

    def __str__(self) -> str:
        return "\n".join(self.texts.values())


def say(message: Text, **words: Any) -> Text:
    """The message with its blanks filled; a word may itself be in both languages.

    Example:
        >>> say(MISSING, name="momentum")["en"]
        '`momentum` is missing. Was the function renamed?'
    """
    return {lang: message[lang].format(**_in(lang, words)).rstrip() for lang in LANGUAGES}


def listed(names: Sequence[str]) -> Text:
    """Names one after the other, as code.

    Example:
        >>> listed(["lr", "momentum"])["zh"]
        '`lr`、`momentum`'
    """
    marks = dict(zip(LANGUAGES, ("、", ", "), strict=True))
    return {lang: mark.join(f"`{name}`" for name in names) for lang, mark in marks.items()}


def _in(lang: str, words: dict[str, Any]) -> dict[str, Any]:
    return {name: word[lang] if isinstance(word, dict) else word for name, word in words.items()}
