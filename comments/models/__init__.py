from comments.models.comment import Comment, Refusal
from comments.models.moderation import ModerationEvent
from comments.models.trackback import Trackback
from comments.models.vote import Vote

__all__ = ["Comment", "ModerationEvent", "Refusal", "Trackback", "Vote"]
