"""A project with nothing but the files in which every section has its lines."""

from pathlib import Path

CONTENTS = """format: jb-book
root: book/index
parts:
  - caption: "优化器 || Optimizers"
    chapters:
      - file: book/optimizers/index
      - file: book/optimizers/momentum
      - file: book/optimizers/adam
  - caption: "附录 || Appendix"
    chapters:
      - file: book/claims
"""
COVERAGE = """chapters:
  convergence:
    title: {zh: 收敛, en: Convergence}
    sections:
      meaning: {zh: 什么才算收敛？, en: "What counts as converged?"}
  optimizers:
    title: {zh: 优化器, en: Optimizers}
    sections:
      gradient_descent: {zh: 全部、一个还是一批？, en: "All, one or a batch?"}
      momentum: {zh: 记住方向, en: Memory of direction}
      adaptive: {zh: 记住大小, en: Memory of size}
      adam: {zh: 方向和大小都记, en: Memory of both}
      curvature: {zh: 用上曲率, en: Putting curvature to use}
  learning_rates:
    title: {zh: 学习率, en: Learning rates}
    sections:
      decay: {zh: 为什么越走越小？, en: "Why take ever smaller steps?"}
      myths: {zh: 六个传说，逐个检验, en: "Six myths, tested one by one"}
      in_practice: {zh: 先试什么, en: What to try first}
items:
  OPT-01: {section: optimizers/momentum, block: picture}
  LR-01: {section: learning_rates/decay}  # a note
  LR-02: {section: learning_rates/myths}
  LR-03: {section: learning_rates/decay}
"""
LEDGER = """# optimizers/momentum
C3.05:
  section: optimizers/momentum
"""


def house(folder: Path) -> Path:
    """Writes it."""
    for name in ("book", "exercises", "dlnotes/sections", "tests/sections"):
        (folder / name).mkdir(parents=True)
    (folder / "_toc.yml").write_text(CONTENTS, encoding="utf-8")
    (folder / "book" / "coverage.yml").write_text(COVERAGE, encoding="utf-8")
    (folder / "book" / "claims.yml").write_text(LEDGER, encoding="utf-8")
    return folder
