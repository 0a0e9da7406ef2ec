from quota.models.shortlist import Pick, Shortlist, Substitution
from quota.models.table import QuotaLevel, QuotaRow, QuotaTable

__all__ = ["Pick", "QuotaLevel", "QuotaRow", "QuotaTable", "Shortlist", "Substitution"]
