from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_second_person")]

    operations = [
        migrations.AddField("logline", "digest", models.CharField(default="", max_length=64), preserve_default=False),
    ]
