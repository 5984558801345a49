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
    "household.tag": N_("添加标签"),
    "household.end_tag": N_("结束标签"),
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
#: What people call the values that change.
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
    "tag": N_("标签"),
    "since": N_("起始日期"),
    "until": N_("截止日期"),
    "points": N_("积分"),
    "price": N_("兑换分值"),
    "barcode": N_("条码"),
    "unit": N_("单位"),
    "category": N_("类别"),
    "active": N_("在用"),
}
