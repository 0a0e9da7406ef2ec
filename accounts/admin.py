"""Accounts and the log, for looking only (see accounts.support). No secret is shown: no hash of a password, no salt."""

from django.contrib import admin

from accounts.models import Grant, LogCheck, LogHead, LogLine, User


class GrantInline(admin.TabularInline):
    model = Grant
    fk_name = "user"


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["username", "name", "is_active", "must_change_password", "last_login"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["username", "name"]
    fields = [
        "username",
        "name",
        "is_active",
        "must_change_password",
        "last_login",
        "is_superuser",
        "secretary",
        "date_joined",
    ]
    inlines = [GrantInline]


@admin.register(LogLine)
class LogLineAdmin(admin.ModelAdmin):
    list_display = ["chain", "seq", "at", "actor", "action", "subject"]
    list_filter = ["chain", "action"]
    list_select_related = ["actor"]
    search_fields = ["subject"]


@admin.register(LogHead)
class LogHeadAdmin(admin.ModelAdmin):
    list_display = ["chain", "count", "hash"]


@admin.register(LogCheck)
class LogCheckAdmin(admin.ModelAdmin):
    list_display = ["chain", "at", "count", "head"]
    list_filter = ["chain"]
