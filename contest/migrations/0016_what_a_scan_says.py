from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def say(apps, schema_editor):
    """A scan that is there already says what its stage says: until now nobody asked."""
    Stage, StageDocument = apps.get_model("contest", "Stage"), apps.get_model("contest", "StageDocument")
    here = Stage.objects.filter(pk=OuterRef("stage"))
    StageDocument.objects.update(
        title=Subquery(here.values("season__title")[:1]),
        held_on=Subquery(here.values("held_on")[:1]),
        venue=Subquery(here.values("venue")[:1]),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('contest', '0015_levels_of_seasons'),
    ]

    operations = [
        migrations.AddField(
            model_name='stagedocument',
            name='held_on',
            field=models.DateField(blank=True, null=True, verbose_name='举办日期'),
        ),
        migrations.AddField(
            model_name='stagedocument',
            name='title',
            field=models.CharField(blank=True, max_length=128, verbose_name='活动名称'),
        ),
        migrations.AddField(
            model_name='stagedocument',
            name='venue',
            field=models.CharField(blank=True, max_length=128, verbose_name='地点'),
        ),
        migrations.RunPython(say, migrations.RunPython.noop),
    ]
