"""評価順: the order by votes.

The lower bound of the Wilson interval: how good a comment is at least, given
how few may have voted. A comment with 5 of 5 stands above one with 1 of 1, and
one with 90 of 100 above both. Ties are broken by number, so nothing swaps
places on a reload.
"""

from math import sqrt

# The quantile for 80 % certainty, as Lobsters uses it (lobsters/lobsters:app/models/comment.rb).
Z = 1.281551565545


def lower_bound(upvotes: int, downvotes: int) -> float:
    """Between 0 and 1; 0 where nobody voted (Wilson, 1927)."""
    n = upvotes + downvotes
    if n == 0:
        return 0.0
    share = upvotes / n
    centre = share + Z * Z / (2 * n)
    spread = Z * sqrt((share * (1 - share) + Z * Z / (4 * n)) / n)
    return min(max((centre - spread) / (1 + Z * Z / n), 0.0), 1.0)
