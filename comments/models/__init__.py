from comments.models.appeal import Appeal
from comments.models.ban import Ban
from comments.models.citation import Citation
from comments.models.comment import Comment
from comments.models.comment_text import CommentText
from comments.models.exclusion import VoteExclusion
from comments.models.hourly_count import HourlyCount
from comments.models.misplacement import MisplacementReport
from comments.models.moderation import ModerationChange, ModerationEvent, Reason
from comments.models.notice import Notice
from comments.models.policy import Policy
from comments.models.rate_limit import RateLimit
from comments.models.receipt import Receipt
from comments.models.refusal import Refusal
from comments.models.report import Report
from comments.models.rule import Rule
from comments.models.trackback import Trackback
from comments.models.vote import Vote

__all__ = [
    "Appeal",
    "Ban",
    "Citation",
    "Comment",
    "CommentText",
    "HourlyCount",
    "MisplacementReport",
    "ModerationChange",
    "ModerationEvent",
    "Notice",
    "Policy",
    "RateLimit",
    "Reason",
    "Receipt",
    "Refusal",
    "Report",
    "Rule",
    "Trackback",
    "Vote",
    "VoteExclusion",
]
