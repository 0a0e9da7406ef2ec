"""A command on a database that has not got this version's tables yet: told in a sentence, not in a traceback."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

FIRST = (
    "The database has no tables yet, or those of an older version: run `manage.py migrate` first "
    "(script/server does it by itself)."
)


def behind() -> bool:
    """Whether migrations of this version wait to be applied; False where the database cannot tell."""
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False
