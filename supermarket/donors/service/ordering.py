"""The order in which donors stand on a list of thanks: nobody before anybody for what they gave."""

from collections.abc import Iterable

from supermarket.donors.models import Donor
from supermarket.households.service.pinyin import readings


def in_order(donors: Iterable[Donor]) -> list[Donor]:
    """Return donors by the pinyin of their names."""
    return sorted(donors, key=lambda donor: (readings(donor.name)[0], donor.name, donor.code))
