"""The hidden fields of every writing form: the key that makes it count once, and the season of its page."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.hooks import CARRIED
from accounts.once import FIELD, new_key

register = template.Library()


HIDDEN = '<input type="hidden" name="{}" value="{}">'


@register.simple_tag(takes_context=True)
def once_key(context: Context) -> SafeString:
    """The season stands in the form, so that it acts on its own page's though another was chosen since (DESIGN 10)."""
    season = context["portal"]["season"].code if "portal" in context else ""
    key = format_html(HIDDEN, FIELD, new_key())
    return key + format_html(HIDDEN, CARRIED, season) if season else key
