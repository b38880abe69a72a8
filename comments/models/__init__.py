from comments.models.citation import Citation
from comments.models.comment import Comment
from comments.models.exclusion import VoteExclusion
from comments.models.misplacement import MisplacementReport
from comments.models.moderation import ModerationEvent
from comments.models.rate_limit import RateLimit
from comments.models.receipt import Receipt
from comments.models.refusal import Refusal
from comments.models.trackback import Trackback
from comments.models.vote import Vote

__all__ = [
    "Citation",
    "Comment",
    "MisplacementReport",
    "ModerationEvent",
    "RateLimit",
    "Receipt",
    "Refusal",
    "Trackback",
    "Vote",
    "VoteExclusion",
]
