import json

from django.conf import settings
from django.db import migrations


def give(apps, schema_editor):
    """Until now every season had the four levels of the notice; they stand in the data file that comes along."""
    Season, UnitLevel = apps.get_model("contest", "Season"), apps.get_model("contest", "UnitLevel")
    seasons = Season.objects.exclude(pk__in=UnitLevel.objects.values("season"))
    if not seasons.exists():
        return
    shipped = settings.BASE_DIR / "fixtures" / "decree-2023.json"
    levels = json.loads(shipped.read_text(encoding="utf-8"))["levels"]
    for season in seasons:
        UnitLevel.objects.bulk_create(
            UnitLevel(season=season, order=order, **told) for order, told in enumerate(levels, start=1)
        )


class Migration(migrations.Migration):

    dependencies = [
        ('contest', '0014_unit_levels'),
    ]

    operations = [
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
