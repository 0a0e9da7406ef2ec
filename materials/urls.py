from django.urls import path

from materials.views import carry, entry, files, hall, late, material, pledge, stage, tus

app_name = "materials"
urlpatterns = [
    path("my-materials/", entry.mine, name="mine"),
    path("entries/<int:pk>/materials/", entry.entry, name="entry"),
    path("entries/<int:pk>/materials/carry/", carry.carry, name="carry"),
    path("entries/<int:pk>/pledge/", pledge.pledge, name="pledge"),
    path("entries/<int:pk>/late/", late.late, name="late"),
    path("entries/<int:pk>/late/redeem/", late.redeem, name="redeem"),
    path("late-codes/<int:pk>/withdraw/", late.withdraw, name="withdraw_late"),
    path("pledges/<int:pk>/confirm/", pledge.confirm, name="confirm"),
    path("stages/<int:pk>/materials/", stage.stage, name="stage"),
    path("stages/<int:pk>/materials/terms/", stage.terms, name="terms"),
    path("stages/<int:pk>/materials/export/", stage.export, name="export"),
    path("materials/<int:pk>/", material.material, name="material"),
    path("materials/<int:pk>/status/", entry.status, name="status"),
    path("materials/<int:pk>/return/", material.return_material, name="return"),
    path("materials/<int:pk>/recheck/", material.recheck, name="recheck"),
    path("materials/<int:pk>/file/", files.download, name="download"),
    path("materials/<int:pk>/play/", files.play, name="play"),
    path("materials/<int:pk>/poster/", files.poster, name="poster"),
    path("materials/<int:pk>/pages/<int:number>/", files.page, name="page"),
    path("evidence/<int:pk>/", files.evidence, name="evidence"),
    path("stages/<int:pk>/hall/", hall.checklist, name="hall"),
    path("stages/<int:pk>/hall/zip/", hall.package, name="hall_zip"),
    path("uploads/", tus.uploads, name="uploads"),
    path("uploads/<str:token>/", tus.upload, name="upload"),
]
