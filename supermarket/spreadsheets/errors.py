"""What can be wrong with a spreadsheet as a whole; what is wrong with one cell is a RowError."""

from supermarket.errors import N_, InvalidError


class SpreadsheetError(InvalidError):
    """Base of every reason to refuse a whole file."""


class EmptyFileError(SpreadsheetError):
    """The file has no bytes, or no cell with anything in it."""

    message = N_("“{filename}”是空的，请选择填好内容的表格再上传")


class FileTooLargeError(SpreadsheetError):
    """The file is longer than the limit."""

    message = N_("文件超过 {limit} MB，请删去图片和无关的工作表，或分成几个文件上传")


class UnpacksTooLargeError(SpreadsheetError):
    """A small file with huge contents: a zip bomb, or a cell in the farthest corner."""

    message = N_("“{filename}”展开后过大，请把要导入的行复制到一个新的表格中再上传")


class DamagedFileError(SpreadsheetError):
    """The file claims to be a workbook and cannot be read as one."""

    message = N_("“{filename}”已损坏，无法打开。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")


class PasswordProtectedError(SpreadsheetError):
    """The workbook is encrypted."""

    message = N_("“{filename}”设有打开密码，请取消密码后再上传")


class UnknownEncodingError(SpreadsheetError):
    """A text file in none of the encodings people here use."""

    message = N_("“{filename}”的文字编码无法识别，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")


class UnclosedQuoteError(SpreadsheetError):
    """A quotation mark in a CSV swallows the rest of the file."""

    message = N_("第 {row} 行附近的双引号没有成对，请修改后再上传，或另存为 .xlsx")


class TooManyRowsError(SpreadsheetError):
    """More filled rows than the limit."""

    message = N_("表格超过 {limit} 行，请分成几个文件上传")


class TooManyColumnsError(SpreadsheetError):
    """A cell is filled further to the right than the limit."""

    message = N_("表格有 {columns} 列，最多 {limit} 列，请删除右侧多余的列")


class NoRowsError(SpreadsheetError):
    """There is a heading and nothing under it."""

    message = N_("“{filename}”只有表头，没有数据，请填写后再上传")


class NoHeaderError(SpreadsheetError):
    """None of the expected headings stands in the first rows."""

    message = N_("前 {rows} 行没有找到表头。需要的列：{expected}；表格里的内容：{found}")


class MissingHeadersError(SpreadsheetError):
    """The heading row lacks columns that must be there."""

    message = N_("表头缺少：{missing}。第 {row} 行现有的列：{found}")


class DuplicateHeadersError(SpreadsheetError):
    """Two columns mean the same thing, and guessing which one counts could be wrong."""

    message = N_("这几列是同一项内容：{found}。“{header}”请只保留一列")


class UnknownHeadersError(SpreadsheetError):
    """Columns nobody asked for, where the caller wants none."""

    message = N_("不认识的列：{unknown}。可以使用的列：{expected}")


WRONG_KINDS = {
    "image": N_("“{filename}”是一张图片，请上传 Excel 或 CSV 表格"),
    "pdf": N_("“{filename}”是 PDF 文件，请上传 Excel 或 CSV 表格"),
    "ofd": N_("“{filename}”是 OFD 版式文件，请上传 Excel 或 CSV 表格"),
    "word": N_("“{filename}”是 Word 文档，请把里面的表格复制到 Excel 或 WPS 表格中再上传"),
    "slides": N_("“{filename}”是演示文稿，请上传 Excel 或 CSV 表格"),
    "archive": N_("“{filename}”是压缩包，请解压后上传里面的表格"),
    "program": N_("“{filename}”是程序，不是表格，请上传 Excel 或 CSV 表格"),
    "media": N_("“{filename}”是音频或视频，请上传 Excel 或 CSV 表格"),
    "web": N_("“{filename}”其实是网页，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"),
    "xml": N_("“{filename}”是 XML 文件，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"),
    "json": N_("“{filename}”是 JSON 数据，请上传 Excel 或 CSV 表格"),
    "binary": N_("“{filename}”不是表格，请上传 Excel 或 CSV 表格"),
}


class WrongKindError(SpreadsheetError):
    """The file is something else, whatever it is called; the sentence says what."""

    def __init__(self, *, kind: str, filename: str) -> None:
        self.message = WRONG_KINDS[kind]
        super().__init__(kind=kind, filename=filename)
