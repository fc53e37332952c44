"""A room's first migration in one piece.

Django renders the models anew after each operation, with all that are related to them: for a room of a
hundred tables that hang on the account and the area, minutes of work for seconds of SQL.
"""

from collections.abc import Sequence

from django.db import migrations
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger


class InOnePiece(Operation):
    """The operations of a first migration as `makemigrations` writes them (CreateModel, AddField, AddIndex,
    AddConstraint, AddTrigger), brought about at once: each table is created as it is at the end, then the
    triggers. The state and the SQL's effect are those of the operations one by one."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]):
        self.operations = operations

    def deconstruct(self):
        return self.__class__.__name__, [self.operations], {}

    def state_forwards(self, app_label, state):
        # what is rendered would be rendered again for each operation; it comes back when it is asked for
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self._models(app_label, to_state):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)
        for operation in self.operations:
            if isinstance(operation, AddTrigger):
                operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self._models(app_label, from_state)):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def _models(self, app_label, state):
        return [
            state.apps.get_model(app_label, operation.name)
            for operation in self.operations
            if isinstance(operation, migrations.CreateModel)
        ]

    def describe(self):
        return f"Create a room of {len(self.operations)} operations in one piece"
