"""Who comes is settled when a substitution is approved; a list keeps by how many reserves it was drawn up."""

import django.db.models.deletion
from django.conf import settings
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def call_at_approval(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """A waiting proposal names nobody any more, but keeps whom the panel put first among level reserves."""
    waiting = apps.get_model("quota", "Substitution").objects.filter(state="proposed", coming__isnull=False)
    waiting.exclude(tie_kind="").update(tie_first=models.F("coming"))
    waiting.update(coming=None)


def keep_reserves(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The lists that are there were drawn up by the table as it is."""
    lists = apps.get_model("quota", "Shortlist").objects
    for table in apps.get_model("quota", "QuotaTable").objects.all():
        lists.filter(stage__season=table.season_id).update(reserves=table.reserves)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("quota", "0002_level_reserves"),
    ]

    operations = [
        migrations.AddField(
            model_name='shortlist',
            name='reserves',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='递补人数'),
        ),
        migrations.AddField(
            model_name='substitution',
            name='passed_over',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='substitution',
            name='tie_first',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quota.pick', verbose_name='裁定先递补者'),
        ),
        migrations.AlterField(
            model_name='shortlist',
            name='decided_at',
            field=models.DateTimeField(null=True, verbose_name='审定时间'),
        ),
        migrations.AlterField(
            model_name='shortlist',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审定人'),
        ),
        migrations.AlterField(
            model_name='shortlist',
            name='state',
            field=models.CharField(choices=[('draft', '草拟'), ('submitted', '已报送'), ('returned', '已退回'), ('approved', '已审定')], default='draft', max_length=16, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='substitution',
            name='decided_at',
            field=models.DateTimeField(null=True, verbose_name='审定时间'),
        ),
        migrations.AlterField(
            model_name='substitution',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审定人'),
        ),
        migrations.AlterField(
            model_name='substitution',
            name='refusal_reason',
            field=models.CharField(blank=True, max_length=255, verbose_name='不予审定的原因'),
        ),
        migrations.AlterField(
            model_name='substitution',
            name='state',
            field=models.CharField(choices=[('proposed', '待审定'), ('refused', '未审定'), ('approved', '已审定')], default='proposed', max_length=16, verbose_name='状态'),
        ),
        migrations.RunPython(call_at_approval, migrations.RunPython.noop),
        migrations.RunPython(keep_reserves, migrations.RunPython.noop),
    ]
