"""The audit log."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, int_pk, utc
from supermarket.errors import N_


class AuditEvent(Base):
    """One thing somebody saw or changed. Never updated, never deleted."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject", "id"),
        Index("ix_audit_event_staff_id", "staff_id", "id"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_action", "action", "id"),
    )

    id: Mapped[int_pk]
    at: Mapped[utc]
    #: Who; None before sign-in and for commands.
    staff_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: What was done, e.g. ``household.update``.
    action: Mapped[str] = mapped_column(String(60))
    #: Code of what it was done to, e.g. a household's.
    subject: Mapped[str] = mapped_column(Code)
    #: The values that changed, before and after; None where nothing was.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


#: What people call the actions; one that is missing is shown by its code.
ACTION_LABELS = {
    "report.view_rows": N_("查看兑换明细"),
    "staff.sign_in": N_("登录"),
    "staff.issue_token": N_("领取接口令牌"),
    "staff.add": N_("添加人员"),
    "staff.rename": N_("修改人员姓名"),
    "staff.grant": N_("增加岗位"),
    "staff.take_role": N_("收回岗位"),
    "staff.set_password": N_("设置密码"),
    "staff.end_sessions": N_("退出所有登录"),
    "staff.deactivate": N_("停用账号"),
    "staff.activate": N_("启用账号"),
    "household.view": N_("查看农户"),
    "household.add": N_("添加农户"),
    "household.update": N_("修改农户"),
    "household.tag": N_("登记户类别"),
    "household.end_tag": N_("结束户类别"),
    "roster.import": N_("导入花名册"),
    "card.view": N_("查看积分卡"),
    "card.print": N_("打印积分卡"),
    "card.blank": N_("预制空白卡"),
    "card.issue": N_("发卡"),
    "card.lost": N_("挂失"),
    "card.revoke": N_("注销卡"),
    "card.expire": N_("卡到期"),
    "scheme.set": N_("设置积分方案"),
    "rule.set": N_("设置积分细则"),
    "goods.add": N_("添加商品"),
    "goods.update": N_("修改商品"),
    "goods.set_price": N_("设置兑换分值"),
    "goods.bind_barcode": N_("绑定条码"),
    "goods.unbind_barcode": N_("解除条码"),
    "shop.add": N_("添加店"),
    "shop.update": N_("修改店"),
}
#: What people call the values that change; ``slice.field`` where a field's name alone says
#: too little. The audit log stands below the slices that write into it, so that it has their
#: words itself: tests hold both together.
FIELD_LABELS = {
    "name": N_("姓名或名称"),
    "head": N_("户主"),
    "phone": N_("电话"),
    "address": N_("地址"),
    "group": N_("组"),
    "role": N_("岗位"),
    "region": N_("地点"),
    "shop": N_("店"),
    "state": N_("状态"),
    "reason": N_("原因"),
    "card_number": N_("卡号"),
    "tag": N_("户类别"),
    "tags": N_("户类别"),
    "helper": N_("帮扶责任人"),
    "identity_tail": N_("身份证后四位"),
    "members": N_("成员"),
    "since": N_("起始日期"),
    "until": N_("截止日期"),
    "points": N_("积分"),
    "price": N_("兑换分值"),
    "barcode": N_("条码"),
    "unit": N_("单位"),
    "category": N_("类别"),
    "active": N_("在用"),
    "roster.file": N_("文件"),
    "roster.rows": N_("行数"),
    "roster.added": N_("新增户数"),
    "roster.changed": N_("有变化的户数"),
    "roster.unchanged": N_("没有变化的户数"),
    "goods.sku": N_("商品编号"),
    "goods.code": N_("条码"),
    "goods.units": N_("一码几件"),
    "goods.specification": N_("规格"),
    "goods.has_expiry": N_("有保质期"),
    "goods.low_stock_at": N_("低库存提醒"),
    "goods.points": N_("兑换分值"),
    "scheme.programme_name": N_("方案名称"),
    "scheme.fen_per_point": N_("1 分值多少分钱"),
    "scheme.household_month_cap": N_("每户每月上限"),
    "rule.code": N_("细则编号"),
    "rule.title": N_("细则内容"),
    "rule.points_min": N_("最低分"),
    "rule.points_max": N_("最高分"),
    "rule.cap_times": N_("次数上限"),
    "rule.cap_period": N_("上限周期"),
    "rule.cap_points": N_("分数上限"),
    "rule.evidence": N_("凭据"),
    "rule.review_level": N_("审核级别"),
    "rule.ability": N_("劳动强度"),
    "rule.enabled": N_("启用"),
}
_TAGS = {
    "lifted": N_("脱贫户"),
    "lifted_unstable": N_("脱贫不稳定户"),
    "marginal": N_("边缘易致贫户"),
    "sudden_hardship": N_("突发困难户"),
    "minimum_living": N_("低保户"),
    "extreme_poverty": N_("特困户"),
    "ordinary": N_("一般户"),
}
#: What people call the values of enumerations, by ``slice.field``.
VALUE_LABELS = {
    "household.tag": _TAGS,
    "household.tags": _TAGS,
    "household.state": {"active": N_("在册"), "left": N_("已退出")},
    "card.state": {
        "blank": N_("未发放"),
        "active": N_("在用"),
        "lost": N_("已挂失"),
        "revoked": N_("已注销"),
        "expired": N_("已过期"),
    },
    "rule.category": {
        "labour": N_("劳动"),
        "conduct": N_("表现"),
        "special": N_("特别嘉奖"),
        "deduction": N_("减分"),
    },
    "rule.cap_period": {
        "month": N_("每月"),
        "quarter": N_("每季"),
        "year": N_("每年"),
        "event": N_("每次事件"),
        "once": N_("一次性"),
        "once_per_member": N_("每人一次"),
    },
    "rule.evidence": {
        "sign_in": N_("签到表"),
        "observation": N_("现场查看"),
        "photo_optional": N_("照片（可不拍）"),
        "document_seen": N_("看过证件或文书"),
        "minutes": N_("会议记录"),
        "weighed": N_("称重或点数"),
        "none": N_("无需凭据"),
    },
}
#: Personal numbers, of which a reader of the log sees the end only. (A shop's telephone is
#: printed on cards.)
MASKED = {"household.phone", "household.identity_tail"}
