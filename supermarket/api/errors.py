"""What the API refuses before any service is asked."""

from collections.abc import Mapping, Sequence

from supermarket.errors import N_, InvalidError


class FieldsError(InvalidError):
    """Fields are missing, unknown or of the wrong kind; ``fields`` says which and why."""

    message = N_("提交的内容有 {count} 处要改，逐项说明见 errors")

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        #: Reasons by path, e.g. ``lines.0.quantity``.
        self.fields = fields
        super().__init__(count=len(fields))


class NotJsonError(InvalidError):
    """The body is no JSON."""

    status = 400
    message = N_("提交的内容不是有效的 JSON，请检查括号、引号和编码（UTF-8）")


class ContentTypeError(InvalidError):
    """The body does not say that it is JSON."""

    status = 415
    message = N_("请用 Content-Type: application/json 提交")


class BodyTooLargeError(InvalidError):
    """The body is larger than any request can mean."""

    code = "too_large"
    status = 413
    message = N_("提交的内容太大，最多 {kilobytes} kB，请分几次提交")


class CursorError(InvalidError):
    """The place where the next page begins cannot be read."""

    message = N_("cursor 无效，请原样使用上一页返回的 next，或从第一页重新开始")


class OnePayerError(InvalidError):
    """A redemption names a card or a household: one of them, not both."""

    message = N_("请在 card 和 household 中填一个，且只填一个")
