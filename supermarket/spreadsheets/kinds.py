"""What a file is, by its content; its name is only what somebody called it."""

import io
import zipfile

from supermarket.spreadsheets.errors import (
    DamagedFileError,
    PasswordProtectedError,
    UnpacksTooLargeError,
    WrongKindError,
)

#: How a file of a kind begins. Bytes are compared at the start.
SIGNATURES = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"ID3", "media"),
    (b"{\\rtf", "word"),
    (b"SQLite format 3\0", "binary"),
)
#: Signatures that are also how a plain text may begin; they count only with a NUL near by.
COULD_BE_TEXT = {b"BM", b"MZ", b"ID3"}
RIFF = {b"WEBP": "image", b"WAVE": "media", b"AVI ": "media"}
#: How the name of an entry in a zip begins, and what the zip then is; "" is a workbook.
ZIP_ENTRIES = (
    ("xl/workbook", ""),
    ("word/document", "word"),
    ("ppt/presentation", "slides"),
    ("ofd.xml", "ofd"),
    ("meta-inf/manifest.mf", "program"),
    ("androidmanifest.xml", "program"),
)
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.spreadsheet": "",
    b"application/vnd.oasis.opendocument.text": "word",
    b"application/vnd.oasis.opendocument.presentation": "slides",
}
#: Names in the directory of an OLE file (the containers of the 1990s), in its own order of trust.
OLE_ENTRIES = (
    ("EncryptedPackage", "password"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
    ("Workbook", ""),
    ("Book", ""),
)


def is_workbook(data: bytes, filename: str, *, unpacked_limit: int) -> bool:
    """Whether ``data`` is a workbook (true) or a text that may be a CSV (false).

    Raises:
        WrongKindError: it is neither; the sentence says what it is.
        PasswordProtectedError: it is a workbook with a password.
        DamagedFileError: it is half a workbook.
        UnpacksTooLargeError: ``unpacked_limit`` bytes would not hold what the zip claims to hold.
    """
    if data.startswith(b"PK\x03\x04"):
        _check_zip(data, filename, unpacked_limit)
        return True
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _check_ole(data, filename)
        return True
    if kind := _foreign_kind(data):
        raise WrongKindError(kind=kind, filename=filename)
    return False


def _check_zip(data: bytes, filename: str, unpacked_limit: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            kind = _zip_kind(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise DamagedFileError(filename=filename) from error
    if kind:
        raise WrongKindError(kind=kind, filename=filename)
    if sum(entry.file_size for entry in entries) > unpacked_limit:
        raise UnpacksTooLargeError(filename=filename)


def _zip_kind(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    if entries and entries[0].filename == "mimetype" and entries[0].file_size < 200:
        kind = OPEN_DOCUMENTS.get(archive.read(entries[0]).strip())
        if kind is not None:
            return kind
    names = [entry.filename.replace("\\", "/").lower() for entry in entries]
    for start, kind in ZIP_ENTRIES:
        if any(name.startswith(start) for name in names):
            return kind
    return "archive"


def _check_ole(data: bytes, filename: str) -> None:
    for name, kind in OLE_ENTRIES:
        if name.encode("utf-16-le") in data:
            if kind == "password":
                raise PasswordProtectedError(filename=filename)
            if kind:
                raise WrongKindError(kind=kind, filename=filename)
            return
    raise WrongKindError(kind="binary", filename=filename)


def _foreign_kind(data: bytes) -> str:
    """What a file that is no workbook is; "" if it may be a text with commas."""
    for signature, kind in SIGNATURES:
        certain = signature not in COULD_BE_TEXT or b"\0" in data[:256]
        if certain and data.startswith(signature):
            return kind
    if data[:4] == b"RIFF":
        return RIFF.get(data[8:12], "binary")
    if data[4:8] == b"ftyp":
        return "image" if data[8:12] in {b"heic", b"mif1", b"heix", b"avif"} else "media"
    return _markup_kind(data)


def _markup_kind(data: bytes) -> str:
    start = data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return "web"
    if start.startswith(b"<?xml"):
        return "web" if b"<html" in start else "xml"
    if start.startswith((b'{"', b"[{", b"{\n", b"{\r")):
        return "json"
    return ""
