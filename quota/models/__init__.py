from quota.models.shortlist import Pick, Shortlist, Substitution
from quota.models.table import QuotaRow, QuotaTable

__all__ = ["Pick", "QuotaRow", "QuotaTable", "Shortlist", "Substitution"]
