"""The lists of oversight: each looks for one thing, says why, and never accuses."""

from supermarket.errors import N_
from supermarket.oversight.queries import (
    awarding,
    pictures,
    quiet,
    redeeming,
    splitting,
)
from supermarket.oversight.queries.asked import About, ListRule

#: By key, in the order of the page. Their thresholds are explained in docs/oversight.md.
LISTS = {
    one.key: one
    for one in (
        ListRule(
            "scorers",
            N_("打分与同行不同"),
            N_(
                "记了 {lines} 笔，平均每笔 {each} 分（同行中位数 {usual} 分，稳健偏离 {high}）；"
                "最多的三户占 {share}％（同行 {usual_share}％，稳健偏离 {wide}）"
            ),
            N_(
                "记满 20 笔的经办人互相比，至少 10 人才比。平均每笔的分数偏离同行 3.5 个稳健"
                "标准差以上，或者给最多的三户占比偏高 3.5 个以上，就列出来。"
            ),
            About.STAFF,
            awarding.scorers,
            awarding.given_by,
        ),
        ListRule(
            "concentration",
            N_("积分集中在少数户"),
            N_(
                "有 {households} 户得分，共 {points} 分；最多的 {top} 户占 {share}％，"
                "集中指数 {index}（满 10000）"
            ),
            N_("得分户满 20 户的村，最多的 5 户占 40％ 以上，或集中指数到 2500，就列出来。"),
            About.VILLAGE,
            awarding.concentrated,
            awarding.most_of,
        ),
        ListRule(
            "never_awarded",
            N_("从未得过分的农户"),
            N_("{since} 在册，到现在没有得过分。帮扶责任人 {helper}；最近走访 {visited_on}，"
               "计划走访 {planned_on}"),
            N_("在册满 90 天，从来没有得过分（冲正的不算）。去看看是不是需要帮忙。"),
            About.HOUSEHOLD,
            quiet.never_awarded,
        ),
        ListRule(
            "inactive",
            N_("久无往来的农户"),
            N_("{days} 天没有得分和兑换（最近得分 {award_on}，最近兑换 {redemption_on}）。"
               "帮扶责任人 {helper}；最近走访 {visited_on}，计划走访 {planned_on}"),
            N_("所选天数里既没有得分也没有兑换，从今天往回数。整张表见 F19。"),
            About.HOUSEHOLD,
            quiet.inactive,
        ),
        ListRule(
            "split",
            N_("分成几笔、没有评议的加分"),
            N_("{day} {who}给这户直接入账 {lines} 笔，合计 {points} 分；须评议的细则一般 {bar} 分"),
            N_(
                "同一人同一天给同一户直接入账（A 级）两笔以上，每笔低于、合计达到须评议细则"
                "（B 级）分值的中位数，就列出来。"
            ),
            About.HOUSEHOLD,
            splitting.split,
            splitting.split_of,
        ),
        ListRule(
            "kin",
            N_("给了后来登记回避的户"),
            N_("{day} {who}给了 {points} 分，{declared} 登记了回避（{relation}）"),
            N_("经办人现在登记要回避的户，以前由他经手得过分，就列出来。"),
            About.ENTRY,
            splitting.kin,
        ),
        ListRule(
            "hours",
            N_("兑换时间以外的兑换"),
            N_("{day} 有 {times} 次，从 {first} 到 {last}"),
            N_(
                "按店里现在登记的兑换时间；没有登记的店按 6:00 到 22:00。"
                "补录的纸质兑换单、冲正不算。"
            ),
            About.SHOP,
            redeeming.out_of_hours,
            redeeming.outside_at,
        ),
        ListRule(
            "bursts",
            N_("短时间集中兑换"),
            N_("{day} 最快时 {burst} 次兑换只用了 {seconds} 秒"),
            N_("同一家店 5 分钟里记了 10 次兑换，就列出来。补录的纸质兑换单不算。"),
            About.SHOP,
            redeeming.bursts,
            redeeming.burst_at,
        ),
        ListRule(
            "voids",
            N_("当天作废较多"),
            N_("兑换 {times} 次，当天自己作废 {voids} 次，占 {share}％（各店合计 {usual}％）"),
            N_(
                "当天自己作废 5 次以上，而且占比的 95％ 置信下限仍高于所选地方的总占比；"
                "至少 3 位店长才比。"
            ),
            About.STAFF,
            redeeming.voids,
            redeeming.voided_by,
        ),
        ListRule(
            "photos",
            N_("照片相似的申报"),
            N_("{day} {who}登记，照片与 {whose} 的申报 {other} 相差 {bits} 位（共 64 位）"),
            N_("申报的照片与一年内更早的另一份申报相差 6 位以内（共 64 位），就列出来。"),
            About.HOUSEHOLD,
            pictures.alike,
        ),
    )
}  # fmt: skip
