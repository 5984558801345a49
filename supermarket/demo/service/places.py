"""Where the demo's shops stand: 55 village shops, 13 township shops, as 汝州 had 68."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from supermarket.regions.models import TOWNSHIP

COUNTY = "410482"
#: 安沟村 of 焦村镇, where the demo's scorer, reviewer, supervisor and keeper work.
HOME_VILLAGE = "410482113203"
HOME_TOWNSHIP = HOME_VILLAGE[:TOWNSHIP]
#: What people call the places of the sign-ins.
CALLED = {COUNTY: "汝州市", HOME_TOWNSHIP: "焦村镇", HOME_VILLAGE: "焦村镇安沟村"}
VILLAGE_SHOPS, TOWNSHIP_SHOPS = 55, 13


class Site(NamedTuple):
    """A shop to be opened and the villages whose households come to it."""

    region_code: str
    villages: tuple[str, ...]


def sites(village_codes: Sequence[str], chance: Random) -> list[Site]:
    """Choose where shops stand: every township gets one, some villages have their own."""
    by_township: dict[str, list[str]] = defaultdict(list)
    for code in village_codes:
        by_township[code[:TOWNSHIP]].append(code)
    townships = sorted(by_township)
    central = [township for township in townships if township != HOME_TOWNSHIP][:TOWNSHIP_SHOPS]
    chosen = [
        Site(
            township,
            tuple(chance.sample(by_township[township], min(3, len(by_township[township])))),
        )
        for township in central
    ]
    served = {village for site in chosen for village in site.villages}
    free = [code for code in village_codes if code not in served and code != HOME_VILLAGE]
    own = [HOME_VILLAGE, *sorted(chance.sample(free, VILLAGE_SHOPS - 1))]
    return chosen + [Site(village, (village,)) for village in own]
