from django.urls import path

from materials.views import tus

app_name = "materials"
urlpatterns = [
    path("uploads/", tus.uploads, name="uploads"),
    path("uploads/<str:token>/", tus.upload, name="upload"),
]
