from django.db import migrations, models
from django.db.models import F, Q


def tell_those_released_alone(apps, schema_editor):
    apps.get_model("certificates", "Batch").objects.filter(released_by=F("asked_by")).update(released_alone=True)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_superseded")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="released_alone",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(tell_those_released_alone, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("released_by", None),
                    Q(("released_by", F("asked_by")), _negated=True),
                    ("released_alone", True),
                    _connector="OR",
                ),
                name="releaser_is_not_the_asker",
            ),
        ),
    ]
