"""The verbs of staff: accounts, roles, passwords, tokens."""

from supermarket.staff.service.accounts import add_member, grant, set_password
from supermarket.staff.service.sign_in import issue_token, record_failure, revoke_tokens

__all__ = [
    "add_member",
    "grant",
    "issue_token",
    "record_failure",
    "revoke_tokens",
    "set_password",
]
