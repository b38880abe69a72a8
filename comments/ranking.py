"""評価順: the order by votes.

The lower bound of the Wilson interval: how good a comment is at least, given
how few may have voted. A comment with 5 of 5 stands above one with 1 of 1, and
one with 90 of 100 above both. Ties are broken by number, so nothing swaps
places on a reload.
"""

from math import sqrt

# The quantile for 80 % certainty, as Lobsters uses it (lobsters/lobsters:app/models/comment.rb).
Z = 1.281551565545


# What comes later would add less than a millionth of a millionth, and round the sum up to 2.
WEIGHED = 40


def weight_of(place: int) -> float:
    """What a vote weighs of which so many came before from the same network: 1, 1/2, 1/4 …, all together less than 2.

    Behind one address may be one person with many cookies or thousands of
    readers of a carrier: nobody is refused, and nobody is multiplied.
    """
    return 0.5**place if place < WEIGHED else 0.0


def lower_bound(upvotes: float, downvotes: float) -> float:
    """Between 0 and 1; 0 where nobody voted (Wilson, 1927). Votes may be weighed, so they need not be whole."""
    n = upvotes + downvotes
    if n == 0:
        return 0.0
    share = upvotes / n
    centre = share + Z * Z / (2 * n)
    spread = Z * sqrt((share * (1 - share) + Z * Z / (4 * n)) / n)
    return min(max((centre - spread) / (1 + Z * Z / n), 0.0), 1.0)
