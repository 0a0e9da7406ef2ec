from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contest", "0008_known_seasons")]

    operations = [
        migrations.AddConstraint(
            model_name='season',
            constraint=models.UniqueConstraint(fields=('title',), name='one_season_per_title', violation_error_message='已有同名的届次，请换一个活动名称。'),
        ),
    ]
