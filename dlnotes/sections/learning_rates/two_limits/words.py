"""What the demo of a rate past its limit says, in both languages."""

TEXT = {
    "zh": {
        "title": "一下子过界",
        "picture": "损失随步数变化；锐度随步数变化，旁边一条虚线，高度是 2/η；"
        "沿最弯的方向切一刀，地形的剖面，上面一个小球",
        "ask": "网络用小学习率训练好了，第 20 步把学习率一下子提到界限的 1.5 倍，"
        "界限是 2 除以锐度。"
        "它会怎样？",
        "because": "损失最高到原来的 {peak} 倍，又回来，最后是 {end} 倍；"
        "锐度从 {before} 降到 {after}，停在虚线 2/η = {limit} 边上。",
        "try": "拖动虚线，或者改倍数：从几倍起，它会离开原来的谷？从几倍起，再也回不来？"
        "为什么，看{valley}。",
        "lost": "飞出去",
        "stays": "留在原来的谷里",
        "moves": "搬到平一些的地方",
        "below": "0.9 倍",
        "leap": "1.5 倍",
        "triple": "3 倍",
        "times": "界限的几倍",
        "limit": "虚线 2/η",
        "time": "第几步",
        "now": "步数",
        "loss": "损失",
        "sharp": "锐度",
        "lr": "学习率 η",
        "allowed": "2/η",
        "curve": "曲线",
        "valley": "剖面",
        "loss_axis": "损失（对数）",
        "sharp_axis": "锐度",
        "steps": "步数",
        "line": "2/η = {limit}",
        "pulled": "点线：第 20 步提学习率",
        "cut": "沿最弯的方向切一刀：损失",
        "cut_axis": "离开原处多远",
        "at": "第 {step} 步",
        "here": "第 {step} 步：损失 {loss}，锐度 {sharp}",
        "calm": "第 {now} 步：学习率 0.05，损失 {loss}，锐度 {sharp}。",
        "pull": "下一步起，学习率变成 {lr}，虚线 2/η 落到 {allowed}；锐度是 {sharp}。",
        "under": "第 {now} 步：锐度 {sharp}，在虚线 {allowed} 下面；损失 {loss}，没有离开。",
        "quiet": "第 {now} 步：锐度 {sharp}，高过虚线 {allowed}；损失 {loss}，看上去还没事。",
        "hopping": "第 {now} 步：在两壁之间越跳越远，损失 {loss}，虚线 {allowed}。",
        "landing": "第 {now} 步：离开了原来的谷，损失 {loss}；锐度 {sharp}，虚线 {allowed}。",
        "gone": "第 {now} 步：损失已是原来的十万倍以上，飞出去了。",
        "units": {"times": "×"},
    },
    "en": {
        "title": "Past the limit at one pull",
        "picture": "The loss against the step; the sharpness against the step, beside a dashed "
        "line at 2/η; a cut through the terrain along its most curved direction, with a ball",
        "ask": "A net was trained at a small rate. At step 20 the rate jumps to 1.5 times the "
        "limit, 2 over the sharpness. What will it do?",
        "because": "The loss goes up to {peak} times what it was, comes back and ends at {end} "
        "times; the sharpness falls from {before} to {after}, beside the line at 2/η = {limit}.",
        "try": "Drag the dashed line, or change the multiple: from where on does it leave its "
        "valley, and from where on does it never come back? {valley} shows why.",
        "lost": "It flies off",
        "stays": "It stays in its valley",
        "moves": "It moves to flatter ground",
        "below": "0.9 times",
        "leap": "1.5 times",
        "triple": "3 times",
        "times": "times the limit",
        "limit": "line at 2/η",
        "time": "step",
        "now": "step",
        "loss": "loss",
        "sharp": "sharpness",
        "lr": "learning rate η",
        "allowed": "2/η",
        "curve": "Curves",
        "valley": "The cut",
        "loss_axis": "loss (log)",
        "sharp_axis": "sharpness",
        "steps": "step",
        "line": "2/η = {limit}",
        "pulled": "dotted: rate raised",
        "cut": "loss, cut along the most curved direction",
        "cut_axis": "distance from where it was",
        "at": "step {step}",
        "here": "step {step}: loss {loss}, sharpness {sharp}",
        "calm": "Step {now}: rate 0.05, loss {loss}, sharpness {sharp}.",
        "pull": "From the next step on the rate is {lr} and the line 2/η at {allowed}; the "
        "sharpness is {sharp}.",
        "under": "Step {now}: sharpness {sharp}, below the line at {allowed}; loss {loss}, it "
        "has not left.",
        "quiet": "Step {now}: sharpness {sharp}, above the line at {allowed}; loss {loss}, "
        "nothing to be seen yet.",
        "hopping": "Step {now}: from wall to wall, further each time; loss {loss}, the line at "
        "{allowed}.",
        "landing": "Step {now}: it has left its valley; loss {loss}, sharpness {sharp}, the line "
        "at {allowed}.",
        "gone": "Step {now}: the loss is over 100,000 times what it was: it has flown off.",
        "units": {"times": "×"},
    },
}
