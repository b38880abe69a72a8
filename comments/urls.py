from django.urls import path

from comments import views

app_name = "comments"

urlpatterns = [
    path("articles/<str:slug>/comments/", views.post_comment, name="post"),
    path("articles/<str:slug>/comments/received/", views.received, name="received"),
    path("articles/<str:slug>/comments/since/<int:number>/", views.since, name="since"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("comments/<int:pk>/reply/", views.reply, name="reply"),
    path("comments/<int:pk>/vote/", views.vote, name="vote"),
]
