"""What the demo of the straight way says, in both languages."""

TEXT = {
    "zh": {
        "title": "直路和支路",
        "picture": "上面一排残差块，一条直路，每块一条支路；下面是传回来的信号，每处两根柱子："
        "直路来的和支路来的，纵轴取对数",
        "ask": "50 个残差块，支路是 ReLU 加 He 权重。末端发回一个大小为 1 的信号：直路原样传，"
        "支路再添上自己的一份。到入口，信号多大？",
        "because": "直路的那份到哪里都是 {straight}，支路的添到了 {branches}。",
        "try": "把支路乘小一点，再关掉直路，换成 sigmoid。"
        "最后打开直路，让中间一块的支路等于负的输入。",
        "faded": "不到 0.5",
        "kept": "还是 1 左右",
        "tens": "约 50：一块添一份",
        "millions": "超过 100 万",
        "narrowed": "支路乘 1/√50",
        "sigmoids": "20 层 sigmoid，无直路",
        "bypass": "20 层 sigmoid，有直路",
        "mirrored": "一块抵消",
        "act": "支路里",
        "relu": "ReLU",
        "sigmoid": "sigmoid 函数",
        "skip": "直路",
        "mirror": "中间一块是 −h",
        "scale": "支路乘上",
        "depth": "块数",
        "time": "传过几块",
        "now": "传过的块数",
        "straight": "直路来的",
        "branches": "支路来的",
        "total": "合起来",
        "signal": "前向到末端",
        "size_axis": "传回来的信号（对数）",
        "places": "第几块之后",
        "here": "第 {place} 块之后：直路 {straight}，支路 {branches}，合起来 {total}",
        "before": "信号在末端，大小 {total}，还没出发。",
        "both": "传过 {now} 块：直路来的 {straight}，支路来的 {branches}，合起来 {total}。",
        "alone": "没有直路，传过 {now} 块：只剩支路来的 {branches}。",
        "cancelled": "传过 {now} 块：支路来的和直路来的一样大，方向相反，合起来是 0（圆圈落到底）"
        "。",
        "shut": "传过 {now} 块：信号到中间一块成了 0，它后面的 ReLU 全关着，支路送回的是 "
        "{branches}。",
        "units": {},
    },
    "en": {
        "title": "The straight way and the branches",
        "picture": "On top a row of residual blocks, with one straight way and a branch each; "
        "below the signal sent back, two bars a place: what came straight and what came through "
        "branches, log axis",
        "ask": "50 residual blocks; each branch is ReLU, then He’s weights. The end sends back a "
        "signal of size 1: the straight way passes it on unchanged, branches add their share. Its "
        "size at the entrance?",
        "because": "What comes straight is {straight} everywhere; the branches have added up to "
        "{branches}.",
        "try": "Make the branches smaller. Then take the straight way off and choose sigmoid. "
        "Last, put the way back, and let the branch of the middle block be minus its input.",
        "faded": "below 0.5",
        "kept": "still about 1",
        "tens": "about 50, a share a block",
        "millions": "over a million",
        "narrowed": "branch times 1/√50",
        "sigmoids": "20 sigmoid, no straight way",
        "bypass": "20 sigmoid with it",
        "mirrored": "one cancels",
        "act": "in the branch",
        "relu": "ReLU",
        "sigmoid": "sigmoid",
        "skip": "straight way",
        "mirror": "middle is −h",
        "scale": "branch times",
        "depth": "blocks",
        "time": "blocks passed",
        "now": "blocks passed",
        "straight": "straight",
        "branches": "through branches",
        "total": "together",
        "signal": "forward, at the end",
        "size_axis": "signal sent back (log)",
        "places": "after block",
        "here": "after block {place}: straight {straight}, branches {branches}, together {total}",
        "before": "The signal is at the end, of size {total}, and has not set out.",
        "both": "Blocks passed: {now}. Straight {straight}, through branches {branches}, together "
        "{total}.",
        "alone": "No straight way. Blocks passed: {now}. All that is left came through branches: "
        "{branches}.",
        "cancelled": "Blocks passed: {now}. Branches and straight way are of one size and "
        "opposite: together 0 (rings on the floor).",
        "shut": "Blocks passed: {now}. The middle block made the signal 0, and every ReLU behind "
        "it is shut: through branches {branches}.",
        "units": {},
    },
}
