"""Every address of the portal."""

from django.urls import include, path

from contest import views as contest

urlpatterns = [
    path("", contest.home, name="home"),
    path("", include("accounts.urls")),
    path("desk/", include("contest.urls")),
    path("desk/", include("scoring.urls")),
    path("desk/", include("quota.urls")),
]
