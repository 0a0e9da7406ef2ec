"""A result sheet is signed first and sealed later, and may come page by page."""

from django.db import migrations, models
from django.db.models.functions import Cast


def tell_uploads_apart(apps, schema_editor):
    """What was kept until now is one file each, and was asked for signed and sealed."""
    documents = apps.get_model("contest", "StageDocument").objects
    documents.update(
        upload=Cast("pk", models.CharField(max_length=32)), use="sealed_result"
    )


class Migration(migrations.Migration):
    dependencies = [("contest", "0003_decided_copies")]

    operations = [
        migrations.AlterModelOptions(
            name="stagedocument",
            options={
                "ordering": ["-uploaded_at", "upload", "page"],
                "verbose_name": "赛段文件",
                "verbose_name_plural": "赛段文件",
            },
        ),
        migrations.AddField(
            model_name="stagedocument",
            name="page",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="页"),
        ),
        migrations.AddField(
            model_name="stagedocument",
            name="upload",
            field=models.CharField(default="", max_length=32),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="stagedocument",
            name="use",
            field=models.CharField(
                choices=[("signed_result", "签字的成绩单"), ("sealed_result", "签字盖章的成绩单")],
                max_length=24,
                verbose_name="用途",
            ),
        ),
        migrations.RunPython(tell_uploads_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="stagedocument",
            constraint=models.UniqueConstraint(
                fields=("upload", "page"), name="one_document_per_page_of_an_upload"
            ),
        ),
    ]
