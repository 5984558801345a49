"""A photo in a form of any slice."""

from typing import Any

from flask_babel import gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import Form, validators

from supermarket.photos.service import MOST_MEGABYTES


class PhotoField(FileField):
    """A picture to send; drawn by the macro ``field`` or ``upload``, its content in ``content``.

    ``upload(form.photo, capture="environment")`` opens the camera of a phone at once.
    What the file is shows when the service opens it (``photos.service.keep``).
    """

    #: The file as it was sent; None if there is none. Set by validation.
    content: bytes | None = None

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        more["render_kw"] = {"accept": "image/*", **(more.get("render_kw") or {})}
        super().__init__(label, validators, **more)

    def pre_validate(self, form: Form) -> None:
        """Read the file, no more of it than is taken; wish for nothing if it is empty."""
        if not isinstance(self.data, FileStorage) or self.data.stream.closed:
            return
        most = MOST_MEGABYTES * 1_000_000
        with self.data.stream as file:
            read = file.read(most + 1)
        if len(read) > most:
            raise validators.StopValidation(
                _("照片不能超过 %(most)s MB，请用手机直接拍", most=MOST_MEGABYTES)
            )
        self.content = read or None
