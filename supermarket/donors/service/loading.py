"""Taking in a register of donors from a file: all of it or nothing, as often as one likes."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO, NamedTuple

from supermarket.donors import queries
from supermarket.donors.errors import DonorKnownError, DonorNameError, DonorRowsError
from supermarket.donors.models import DonorKind
from supermarket.donors.service.register import DonorText, add_donor, update_donor
from supermarket.errors import N_
from supermarket.spreadsheets.columns import Column, Row, RowError
from supermarket.spreadsheets.reading import read_rows
from supermarket.staff.models import Scope

#: What a file of donors has; the export has the same headings.
COLUMNS = (
    Column("code", "编号", ("code", "捐赠方编号"), max_length=40, note="留空就是新登记"),
    Column("name", "名称", ("name", "捐赠方", "捐赠人", "单位名称"), required=True, max_length=60),
    Column(
        "kind",
        "类别",
        ("kind", "类型"),
        required=True,
        max_length=10,
        note="个人、企业、社会组织或机关单位",
    ),
    Column("contact", "联系人", ("contact",), max_length=60),
    Column("phone", "电话", ("phone", "联系电话", "手机"), max_length=20),
    Column("public", "可公开署名", ("public", "公开"), max_length=5, note="是或否；空着就是否"),
    Column("note", "备注", ("note", "说明"), max_length=200),
)
KINDS = {"个人": DonorKind.PERSON, "企业": DonorKind.COMPANY, "社会组织": DonorKind.ORGANISATION,
         "机关单位": DonorKind.GOVERNMENT}  # fmt: skip
YES, NO = {"是", "yes", "y", "true", "1", "√"}, {"否", "no", "n", "false", "0", "", "×"}
NOT_A_KIND = N_("应为个人、企业、社会组织或机关单位")
NOT_YES_OR_NO = N_("应填“是”或“否”")
UNKNOWN = N_("名册里没有这个编号；新登记的请留空")
TWICE = N_("这个名称前面已经有一行")
KNOWN = N_("名册里另有一个捐赠方叫这个名称，请核对编号，或换一个名称")


class DonorsLoaded(NamedTuple):
    """What a file changed."""

    added: int
    changed: int
    unchanged: int


def read_donors(file: BinaryIO | bytes, filename: str) -> list[Row]:
    """Read the donors of a file.

    Raises:
        DonorRowsError: some rows are wrong; it lists every one.
        SpreadsheetError: it is no table that can be read.
    """
    rows = list(read_rows(file, filename, headers=COLUMNS))
    errors = [error for row in rows for error in _wrong_with(row)]
    seen: set[str] = set()
    for row in rows:
        name = str(row.values["name"])
        if name and name in seen:
            errors.append(RowError(row.number, "名称", TWICE, name))
        seen.add(name)
    if errors:
        raise DonorRowsError(sorted(errors, key=lambda error: error.row))
    return rows


def load_donors(rows: Iterable[Row], region_code: str, scope: Scope, *, by: int) -> DonorsLoaded:
    """Add or change the donors of a file; new ones are kept at ``region_code``.

    A row with a code changes that donor; one without changes the donor of that name, or is new.

    Raises:
        DonorRowsError: some rows cannot be taken; none is.
    """
    added = changed = unchanged = 0
    errors = []
    for row in rows:
        code, text = str(row.values["code"]), _text(row)
        donor = queries.donor(code, scope) if code else queries.named(text.name, region_code)
        if (code and donor is None) or (
            donor is not None and not scope.covers_region(donor.region_code)
        ):
            errors.append(RowError(row.number, "编号", UNKNOWN, code or text.name))
            continue
        try:
            if donor is None:
                add_donor(text, region_code, by=by)
                added += 1
            elif update_donor(donor, text, by=by):
                changed += 1
            else:
                unchanged += 1
        except DonorKnownError:
            errors.append(RowError(row.number, "名称", KNOWN, text.name))
        except DonorNameError as error:
            errors.append(RowError(row.number, "名称", error.message, text.name))
    if errors:
        raise DonorRowsError(errors)
    return DonorsLoaded(added, changed, unchanged)


def _wrong_with(row: Row) -> Sequence[RowError]:
    errors = list(row.errors)
    kind, public = str(row.values["kind"]), str(row.values["public"]).lower()
    if kind and kind not in KINDS:
        errors.append(RowError(row.number, "类别", NOT_A_KIND, kind))
    if public not in YES | NO:
        errors.append(RowError(row.number, "可公开署名", NOT_YES_OR_NO, public))
    return errors


def _text(row: Row) -> DonorText:
    values = row.values
    return DonorText(
        KINDS[str(values["kind"])],
        str(values["name"]),
        str(values["contact"]),
        str(values["phone"]),
        str(values["public"]).lower() in YES,
        str(values["note"]),
    )
