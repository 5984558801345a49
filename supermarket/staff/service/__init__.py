"""The verbs of staff: accounts, roles, passwords, tokens, imports."""

from supermarket.staff.service.accounts import (
    NewAccount,
    add_member,
    grant,
    hash_own_password,
    hash_password,
    make_password,
    set_password,
)
from supermarket.staff.service.importing import Plan, PlannedAccount, plan, sealed
from supermarket.staff.service.managing import (
    activate,
    assign,
    deactivate,
    end_sessions,
    open_accounts,
    rename,
    reset_password,
    take,
)
from supermarket.staff.service.sign_in import (
    issue_token,
    record_failure,
    record_sign_in,
    revoke_tokens,
)

__all__ = [
    "NewAccount",
    "Plan",
    "PlannedAccount",
    "activate",
    "add_member",
    "assign",
    "deactivate",
    "end_sessions",
    "grant",
    "hash_own_password",
    "hash_password",
    "issue_token",
    "make_password",
    "open_accounts",
    "plan",
    "record_failure",
    "record_sign_in",
    "rename",
    "reset_password",
    "revoke_tokens",
    "sealed",
    "set_password",
    "take",
]
