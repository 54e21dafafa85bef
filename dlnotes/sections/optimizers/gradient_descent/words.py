"""What the demo of batch sizes says, in both languages."""

TEXT = {
    "zh": {
        "title": "梯度下降：全批量、一个样本、小批量",
        "picture": "两个权重上的损失等高线和走过的路；此刻每个样本单独会走的一步；"
        "损失随读过的样本数变化",
        "ask": "同样的 48 个样本，都读 20 轮。一次用 1 个走一步，一次用 8 个，还是 48 个一起用："
        "最后谁的损失最低？",
        "because": "最后 5 轮平均还高出最小值：1 个 {one_example}，8 个 {batch_of_8}，"
        "全批量 {full_batch}。",
        "try": "学习率加大，谁先发散？横轴换成步数，名次变吗？",
        "start": "起点",
        "time": "读到哪里",
        "lr": "学习率",
        "batch": "批量大小",
        "condition": "条件数",
        "axis": "横轴",
        "examples": "读过的样本",
        "updates": "步数",
        "examples_axis": "读过的样本（48 个一轮）",
        "shuffle": "重新洗牌",
        "full_batch": "全批量",
        "one_example": "一次 1 个",
        "batch_of_8": "一次 8 个",
        "size": "一次 {batch} 个",
        "here": "高出最小值 {above}",
        "lens": "每个样本的主意",
        "too_large": "步子过大",
        "narrow": "窄谷",
        "read": "读过的样本",
        "epochs": "轮数",
        "steps": "步数",
        "above": "高出最小值",
        "full": "全批量高出",
        "limit": "稳定上限 2/最大曲率",
        "top": "上限",
        "floor": "噪声底",
        "diverged": "第几步发散",
        "map": "损失",
        "first_weight": "权重 1",
        "second_weight": "权重 2",
        "pulls": "每个样本单独会走到哪（{zoom}×）",
        "this_batch": "这一批",
        "in_batch": "这一批的样本",
        "above_axis": "损失，高出最小值多少",
        "point": "权重 1 为 {x}，权重 2 为 {y}",
        "before": "还没走：损失比最小值高 {above}。",
        "after": "读完 {epochs} 轮（{read} 个样本），走了 {steps} 步，损失比最小值高 {above}；"
        "全批量走了 {full_steps} 步，还高 {full}。",
        "after_steps": "走了 {steps} 步，读了 {read} 个样本，损失比最小值高 {above}；"
        "全批量同样 {full_steps} 步，要读 {full_read} 个，高 {full}。",
        "after_full": "读完 {epochs} 轮（{read} 个样本），才走了 {steps} 步，损失比最小值高 "
        "{above}。",
        "at_floor": "读完 {epochs} 轮，损失在噪声底 {floor} 上下跳；全批量走了 {full_steps} 步，"
        "还高 {full}，仍在降。",
        "over": "学习率超过稳定上限 {limit}：在最陡的方向上，每一步都跨过谷底，"
        "落在对面更高的地方。",
        "lost": "第 {diverged} 步发散：学习率超过了稳定上限 {limit}。",
        "lost_below": "第 {diverged} 步发散：学习率没到稳定上限 {limit}，"
        "但有的小批量比全部样本的平均更陡。",
        "units": {},
    },
    "en": {
        "title": "Gradient descent: full batch, one example, mini-batch",
        "picture": "Contours of the loss over two weights with the path taken, the step every "
        "example alone would take from here, and the loss against the examples read",
        "ask": "The same 48 examples, read 20 times over: a step after every one, after every 8, "
        "or after all 48. Which ends with the lowest loss?",
        "because": "Above the minimum, on average over the last 5 epochs: {one_example} with 1, "
        "{batch_of_8} with 8, {full_batch} with all 48.",
        "try": "Raise the learning rate: which diverges first? Plot against steps: is the order "
        "the same?",
        "start": "start",
        "time": "place in the run",
        "lr": "learning rate",
        "batch": "batch size",
        "condition": "condition number",
        "axis": "plot against",
        "examples": "examples read",
        "updates": "steps",
        "examples_axis": "examples read (48 an epoch)",
        "shuffle": "Reshuffle",
        "full_batch": "full batch",
        "one_example": "1 at a time",
        "batch_of_8": "8 at a time",
        "size": "{batch} at a time",
        "here": "{above} above the minimum",
        "lens": "each example’s say",
        "too_large": "too large a step",
        "narrow": "narrow valley",
        "read": "examples read",
        "epochs": "epochs",
        "steps": "steps",
        "above": "above the minimum",
        "full": "full batch above it",
        "limit": "limit, 2/max curvature",
        "top": "limit",
        "floor": "noise floor",
        "diverged": "diverged at step",
        "map": "The loss",
        "first_weight": "weight 1",
        "second_weight": "weight 2",
        "pulls": "Each example’s own step ({zoom}×)",
        "this_batch": "this batch",
        "in_batch": "examples of this batch",
        "above_axis": "loss above its minimum",
        "point": "weight 1 is {x}, weight 2 is {y}",
        "before": "No step yet: the loss is {above} above its minimum.",
        "after": "After {epochs|epoch|epochs} ({read|example|examples}, {steps|step|steps}) the "
        "loss is {above} above its minimum; full batch has made {full_steps|step|steps} and stands "
        "at {full}.",
        "after_steps": "After {steps|step|steps} ({read|example|examples}) the loss is {above} "
        "above its minimum; full batch, for the same {full_steps|step|steps}, reads {full_read} "
        "and stands at {full}.",
        "after_full": "After {epochs|epoch|epochs} ({read|example|examples}) only "
        "{steps|step|steps}: the loss is {above} above its minimum.",
        "at_floor": "After {epochs|epoch|epochs} the loss rattles about the noise floor at "
        "{floor}; full batch has made {full_steps|step|steps}, stands at {full} and is still "
        "falling.",
        "over": "The learning rate is above the stability limit, {limit}: in the steepest "
        "direction every step crosses the valley and lands higher on the other side.",
        "lost": "Diverged at step {diverged}: the learning rate is above the "
        "stability limit, {limit}.",
        "lost_below": "Diverged at step {diverged}, although the learning rate is below the "
        "stability limit, {limit}: some batches are steeper than the average of all examples.",
        "units": {},
    },
}
