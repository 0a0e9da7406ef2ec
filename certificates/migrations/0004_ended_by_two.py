import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("certificates", "0003_released_by_another"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="ended_second",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_second", None),
                    models.Q(("ended_second", models.F("ended_by")), _negated=True),
                    _connector="OR",
                ),
                name="two_people_end_a_certificate",
            ),
        ),
    ]
