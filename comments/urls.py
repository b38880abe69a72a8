from django.urls import path

from comments import (
    appeals,
    authors,
    feeds,
    links,
    misplacements,
    privacy,
    public_log,
    receipts,
    reports,
    search,
    views,
    votes,
)

app_name = "comments"

urlpatterns = [
    path("articles/<str:slug>/comments/", views.post_comment, name="post"),
    path("comments/<int:pk>/vote/", votes.vote, name="vote"),
    path("search/", search.search, name="search"),
    path("articles/<str:slug>/comments/received/", views.received, name="received"),
    path("comments/in/<int:article_pk>/<int:number>/", views.numbered, name="numbered"),
    path("articles/<str:slug>/comments/since/<int:number>/", views.since, name="since"),
    path("articles/<str:slug>/by/<slug:public_id>/", authors.by, name="by"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("comments/<int:pk>/reply/", views.reply, name="reply"),
    path("articles/<str:slug>/mine.json", votes.mine, name="mine_under"),
    path("comments/<int:pk>/misplaced/", misplacements.misplaced, name="misplaced"),
    path("comments/<int:pk>/report/", reports.report, name="report"),
    path("moderation/", public_log.public_log, name="public_log"),
    path("comments.atom", feeds.of_site, name="feed"),
    path("articles/<str:slug>/comments.atom", feeds.of_article, name="article_feed"),
    path("mine/", receipts.mine, name="mine"),
    path("mine/<int:pk>/receipt/", receipts.issue, name="issue_receipt"),
    path("mine/erase/", receipts.erase_mine, name="erase_mine"),
    path("erased/", receipts.erased, name="erased"),
    path("decide/<str:token>/", links.decide, name="decide"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("receipts/<str:secret>/", receipts.receipt, name="receipt"),
    path("receipts/<str:secret>/edit/", receipts.edit, name="edit"),
    path("receipts/<str:secret>/withdraw/", receipts.withdraw, name="withdraw"),
    path("receipts/<str:secret>/erase/", receipts.erase, name="erase"),
    path("receipts/<str:secret>/move/", receipts.move, name="move"),
    path("receipts/<str:secret>/appeal/", appeals.appeal, name="appeal"),
    path("receipts/<str:secret>/replies.atom", feeds.of_replies, name="replies_feed"),
]
