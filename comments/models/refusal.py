class Refusal(Exception):
    """An act on a discussion that cannot be taken; `code` names the reason, one of the class's constants."""

    CLOSED = "closed"
    PARENT_MISSING = "parent_missing"
    PARENT_REMOVED = "parent_removed"
    THREAD_FULL = "thread_full"
    HIDDEN = "hidden"
    ANSWERED = "answered"
    TOO_LATE = "too_late"
    LOOP = "loop"
    OWN_COMMENT = "own_comment"
    HELD = "held"
    LOCKED = "locked"
    BANNED = "banned"
    WOULD_BE_HELD = "would_be_held"

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code
