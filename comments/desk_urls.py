from django.urls import path
from django.views.decorators.http import require_safe

from comments import desk, desk_verbs, disclosure, valve_admin
from comments.desk import moderator

app_name = "desk"

urlpatterns = [
    path("", moderator(require_safe(desk.index)), name="index"),
    path("decisions/", moderator(require_safe(desk.decisions)), name="decisions"),
    path("decisions/<int:pk>/undo/", moderator(desk_verbs.undo), name="undo"),
    path("bans/", moderator(require_safe(desk.bans)), name="bans"),
    path("bans/<int:pk>/end/", moderator(desk_verbs.end_ban), name="end_ban"),
    path("valve/", moderator(valve_admin.let_through), name="valve"),
    path("chosen/", moderator(desk_verbs.chosen), name="chosen"),
    path("comments/<int:pk>/", moderator(require_safe(desk.comment_page)), name="comment"),
    path("comments/<int:pk>/decide/<slug:action>/", moderator(desk_verbs.decide), name="decide"),
    path("comments/<int:pk>/mark/<slug:action>/", moderator(desk_verbs.mark), name="mark"),
    path("comments/<int:pk>/move/", moderator(desk_verbs.move), name="move"),
    path("comments/<int:pk>/ban/", moderator(desk_verbs.ban), name="ban"),
    path("comments/<int:pk>/hold/", moderator(desk_verbs.hold), name="hold"),
    path("comments/<int:pk>/disclosure/", moderator(disclosure.sheet), name="disclosure"),
    path("<slug:name>/", moderator(require_safe(desk.queue)), name="queue"),
]
