"""Addresses everybody may open, without signing in."""

from django.urls import path

from certificates.views import verify

app_name = "verify"
urlpatterns = [
    path("verify/", verify.look_up, name="look_up"),
    # As short as can be: it is printed as a QR code.
    path("c/<str:code>", verify.certificate, name="certificate"),
]
