"""dlnotes: how deep networks are trained, every claim tested (深度学习训练笔记)."""

__version__ = "0.1.0"
