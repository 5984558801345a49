"""Statistics that a few wild values do not bend, and that say when there is too little to tell."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, median

#: Makes a robust z comparable to an ordinary one if values are normal: the 75th percentile
#: of the normal distribution, and the mean distance from the mean that it has.
NORMAL_MAD, NORMAL_MEAN = 0.6745, 0.7979
#: From here on a value is unusual (Iglewicz and Hoaglin, How to Detect and Handle Outliers,
#: ASQC 1993).
UNUSUAL = 3.5
#: Fewer peers tell nothing about what is usual.
PEERS = 10
#: Of a normal distribution 95 in 100 lie within so many standard deviations.
SURE = 1.96


def robust_z(values: Sequence[float]) -> list[float]:
    """Return how far each value lies from the median, in robust standard deviations.

    0.6745 × (value − median) ÷ MAD, where the MAD is the median distance from the median
    (Iglewicz and Hoaglin 1993); if more than half of the values are the same and the MAD is
    0, the mean distance stands in for it. All the same: all 0.
    """
    if not values:
        return []
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    scale = median(distances) / NORMAL_MAD or fmean(distances) / NORMAL_MEAN
    return [(value - middle) / scale if scale else 0.0 for value in values]


def surely_above(some: int, of: int) -> float:
    """Return the share that ``some`` in ``of`` shows at the least, however few they are.

    The lower end of the 95 % score interval (Wilson, Journal of the American Statistical
    Association 22, 1927): one in one shows 21 %, not 100.
    """
    if of == 0:
        return 0.0
    share, z = some / of, SURE
    centre = share + z * z / (2 * of)
    width = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (centre - width) / (1 + z * z / of))
