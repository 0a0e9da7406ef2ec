from accounts.models.log import LogCheck, LogHead, LogLine, LogNote
from accounts.models.people import Grant, User
from accounts.models.receipt import Receipt

__all__ = ["Grant", "LogCheck", "LogHead", "LogLine", "LogNote", "Receipt", "User"]
