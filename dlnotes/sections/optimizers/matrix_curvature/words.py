"""What the demo of the matrix memory says, in both languages."""

TEXT = {
    "zh": {
        "title": "一个矩阵记 16 对：谁学得到罕见的？",
        "picture": "四格柱形，每格 16 根，从最常见的一对到最罕见的一对：梯度和 Muon 一步的奇异值，"
        "以及 SGD、Adam、Muon 各学会了多少",
        "ask": "一个矩阵要记 16 对，最常见的那对，出现的次数是最罕见那对的 16 倍。"
        "不带动量，各用自己最好的学习率走 5 步："
        "最罕见的那对，谁学得最好？",
        "because": "学会的份额：SGD {sgd}，Adam {adam}，Muon {muon}。",
        "try": "频率拉到一样，还差吗？再偏一些，5 轮还够拉平吗？",
        "sgd": "SGD",
        "adam": "Adam",
        "muon": "Muon",
        "exponent": "频率有多偏",
        "rounds": "Newton–Schulz 轮数",
        "zipf": "齐普夫",
        "level": "一样常见",
        "steep": "偏得厉害",
        "one_round": "只做 1 轮",
        "now": "第几步",
        "rare_sgd": "最罕见：SGD",
        "rare_adam": "最罕见：Adam",
        "rare_muon": "最罕见：Muon",
        "even": "Muon 头一步，最罕见比最常见",
        "values": "第一步的奇异值",
        "known": "{name} 学会了多少",
        "gradient": "梯度",
        "step": "走一步",
        "frequent": "常见",
        "rare": "罕见",
        "here": "第 {rank} 对：{value}",
        "before": "还没走。梯度的奇异值就是 16 对的频率：每一对占一个方向。",
        "say": "5 步里走了 {now} 步，最罕见的那对：SGD 学会 {sgd}，Adam {adam}，Muon {muon}。",
        "units": {},
    },
    "en": {
        "title": "A matrix with 16 pairs to remember: who learns the rare ones?",
        "picture": "Four panels of 16 bars, from the most frequent pair to the rarest: singular "
        "values of the gradient and of Muon's step, and what SGD, Adam and Muon have learned",
        "ask": "A matrix is to remember 16 pairs; the first comes up 16 times as often as the "
        "last. After 5 steps without momentum, each at its own best rate, who knows the rarest "
        "pair best?",
        "because": "Share of it learned: SGD {sgd}, Adam {adam}, Muon {muon}.",
        "try": "Make all pairs equally frequent: is there still a gap? Skew them more: are 5 "
        "rounds enough?",
        "sgd": "SGD",
        "adam": "Adam",
        "muon": "Muon",
        "exponent": "skew of frequencies",
        "rounds": "Newton–Schulz rounds",
        "zipf": "Zipf",
        "level": "equally frequent",
        "steep": "steep",
        "one_round": "1 round",
        "now": "step",
        "rare_sgd": "rarest: SGD",
        "rare_adam": "rarest: Adam",
        "rare_muon": "rarest: Muon",
        "even": "Muon's first step, rarest to first",
        "values": "Singular values, first step",
        "known": "Learned by {name}",
        "gradient": "gradient",
        "step": "Step",
        "frequent": "frequent",
        "rare": "rare",
        "here": "pair {rank}: {value}",
        "before": "No step yet. The gradient's singular values are the 16 frequencies: a direction "
        "for every pair.",
        "say": "After {now} of 5 steps the rarest pair is learned to {sgd} by SGD, {adam} by "
        "Adam, {muon} by Muon.",
        "units": {},
    },
}
