from django.urls import path

from materials.views import files, tus

app_name = "materials"
urlpatterns = [
    path("materials/<int:pk>/file/", files.download, name="download"),
    path("materials/<int:pk>/play/", files.play, name="play"),
    path("materials/<int:pk>/poster/", files.poster, name="poster"),
    path("materials/<int:pk>/pages/<int:number>/", files.page, name="page"),
    path("evidence/<int:pk>/", files.evidence, name="evidence"),
    path("uploads/", tus.uploads, name="uploads"),
    path("uploads/<str:token>/", tus.upload, name="upload"),
]
