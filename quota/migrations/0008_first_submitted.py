from django.db import migrations, models
from django.db.models import F, Q


def tell_when(apps, schema_editor):
    """Lists that are sent in say so by their own row; those taken back before this column was, by the log's lines."""
    Shortlist = apps.get_model("quota", "Shortlist")
    Shortlist.objects.exclude(submitted_at=None).update(first_submitted_at=F("submitted_at"))
    LogLine = apps.get_model("accounts", "LogLine")
    for line in LogLine.objects.filter(action="submit_shortlist").order_by("seq"):
        pk = line.subject.rpartition(":")[2]
        unsaid = Shortlist.objects.filter(pk=pk, first_submitted_at=None)
        unsaid.update(first_submitted_at=line.at)


class Migration(migrations.Migration):
    dependencies = [
        ("quota", "0007_papers_of_approvals"),
        ("accounts", "0010_made_up_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="shortlist",
            name="first_submitted_at",
            field=models.DateTimeField(null=True, verbose_name="首次报送时间"),
        ),
        migrations.RunPython(tell_when, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="shortlist",
            constraint=models.CheckConstraint(
                condition=Q(("submitted_at", None), ("first_submitted_at__lte", F("submitted_at")), _connector="OR"),
                name="a_submitted_list_says_since_when",
            ),
        ),
    ]
