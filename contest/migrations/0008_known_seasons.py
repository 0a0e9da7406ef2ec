"""What older seasons lack: their calendars, titles of their own, and rehearsals that know their people."""

from django.db import migrations


def complete(apps, schema_editor):
    from contest.reads.working_days import prefilled

    Season = apps.get_model("contest", "Season")
    titles = set()
    for season in Season.objects.order_by("opened_at", "pk"):
        days = [season.notice_date, *season.stages.values_list("due_on", flat=True)]
        years = {day.year for day in days if day} | {season.opened_at.year}
        known = prefilled(years | {year + 1 for year in years})
        season.days_off = [day.isoformat() for day in sorted(known.off)]
        season.days_made_up = [day.isoformat() for day in sorted(known.made_up)]
        season.calendar_years = sorted(known.years)
        if season.title in titles:
            season.title = f"{season.title[:90]}（{season.code}）"
        titles.add(season.title)
        season.save()
    mark_rehearsals(apps, Season)


def mark_rehearsals(apps, Season):
    """Whoever takes part in a rehearsal alone belongs to it; where there was never a real season, everybody does."""
    Posting, Secretary = apps.get_model("registry", "Posting"), apps.get_model("registry", "Secretary")
    Entry = apps.get_model("contest", "Entry")
    real = set(Entry.objects.filter(stage__season__is_rehearsal=False).values_list("secretary", flat=True))
    for season in Season.objects.filter(is_rehearsal=True).order_by("opened_at"):
        here = set(Entry.objects.filter(stage__season=season).values_list("secretary", flat=True)) - real
        if not Season.objects.filter(is_rehearsal=False).exists():
            here |= set(Secretary.objects.filter(entries=None, rehearsal="").values_list("pk", flat=True))
        for pk in here:
            Secretary.objects.filter(pk=pk).update(rehearsal=season.code)
            Posting.objects.filter(secretary=pk).update(rehearsal=season.code)


class Migration(migrations.Migration):
    dependencies = [("contest", "0007_season_calendar"), ("registry", "0003_rehearsal")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop)]
