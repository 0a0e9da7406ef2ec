from django.db import migrations, models
from django.db.models import F


def count_what_is_under_way(apps, schema_editor):
    """An upload that was begun before is taken to have come to its first byte: it goes on being reckoned with."""
    apps.get_model("materials", "Upload").objects.filter(placed_at=None).update(placed_at=F("begun_at"))


class Migration(migrations.Migration):
    dependencies = [("materials", "0002_put_away")]

    operations = [
        migrations.AddField("upload", "key", models.CharField(blank=True, max_length=64)),
        migrations.AddField("upload", "placed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "upload",
            models.UniqueConstraint(
                condition=~models.Q(key=""), fields=("entry", "key"), name="one_upload_per_key"
            ),
        ),
        migrations.RunPython(count_what_is_under_way, migrations.RunPython.noop),
    ]
