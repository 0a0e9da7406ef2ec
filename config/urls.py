"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from contest.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("desk/", include("contest.urls")),
    path("desk/", include("materials.urls")),
    path("desk/", include("scoring.urls")),
    path("desk/", include("quota.urls")),
    path("desk/", include("certificates.urls")),
    path("", include("certificates.public_urls")),
    path("admin/", admin.site.urls),
]

# Django looks for this name.
handler500 = "config.web.busy.server_error"
