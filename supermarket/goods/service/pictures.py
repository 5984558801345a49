"""The picture of goods."""

from supermarket.audit import service as audit
from supermarket.database import db
from supermarket.goods.models import Goods, GoodsPhoto
from supermarket.photos import service as photos
from supermarket.photos.service import Developed


def set_photo(item: Goods, picture: Developed, *, by: int) -> None:
    """Let goods have a picture, in the place of the one before if there was one.

    ``picture`` comes from ``photos.develop``, called before the transaction: it takes long.
    """
    kept = photos.keep(picture, by)
    shown = db.session.get(GoodsPhoto, item.id)
    if shown is None:
        db.session.add(GoodsPhoto(goods_id=item.id, photo_id=kept.id))
    else:
        shown.photo_id = kept.id
    db.session.flush()
    audit.record("goods.set_photo", item.sku, by=by)


def drop_photo(item: Goods, *, by: int) -> None:
    """Let goods have no picture; nothing happens if they have none."""
    shown = db.session.get(GoodsPhoto, item.id)
    if shown is None:
        return
    db.session.delete(shown)
    db.session.flush()
    audit.record("goods.drop_photo", item.sku, by=by)
