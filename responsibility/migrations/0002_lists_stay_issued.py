import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('responsibility', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='duty',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='duty',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='listitem',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='listitem',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='duty',
            name='duty_once',
        ),
        migrations.AddField(
            model_name='duty',
            name='code',
            field=models.CharField(default='', max_length=10, verbose_name='代码'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='dutyevent',
            name='code',
            field=models.CharField(default='', max_length=10, verbose_name='代码'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='listitem',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name='版次'),
        ),
        migrations.AddField(
            model_name='listitemevent',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name='版次'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='duty',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "responsibility_dutyevent" ("area_id", "cadre_id", "code", "done_at", "done_by_id", "due_on", "file", "file_name", "id", "item_id", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "starts_on", "state") SELECT new_values."area_id", new_values."cadre_id", new_values."code", new_values."done_at", new_values."done_by_id", new_values."due_on", new_values."file", new_values."file_name", new_values."id", new_values."item_id", new_values."note", new_values."period", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."revision", new_values."starts_on", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4a22e79322956aebf39d97f746fbdd4be7ef4db4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_492a7', referencing='REFERENCING NEW TABLE AS new_values ', table='responsibility_duty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='duty',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "responsibility_dutyevent" ("area_id", "cadre_id", "code", "done_at", "done_by_id", "due_on", "file", "file_name", "id", "item_id", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "starts_on", "state") SELECT new_values."area_id", new_values."cadre_id", new_values."code", new_values."done_at", new_values."done_by_id", new_values."due_on", new_values."file", new_values."file_name", new_values."id", new_values."item_id", new_values."note", new_values."period", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."revision", new_values."starts_on", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='81e89158754ae305313d25444ed6451cd08446a0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_402d9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='responsibility_duty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listdocument',
            trigger=pgtrigger.compiler.Trigger(name='issued_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'issued\', \'superseded\'))', declare='DECLARE kept responsibility_listdocument;', func="\n    IF TG_OP = 'UPDATE' AND OLD.state = 'issued' AND NEW.state IN ('issued', 'superseded') THEN\n        kept := NEW;\n        kept.state := OLD.state;\n        kept.effective_to := OLD.effective_to;\n        IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;\n    END IF;\n    RAISE EXCEPTION '已印发的清单不能改动' USING ERRCODE = 'check_violation',\n        CONSTRAINT = 'list_issued_never_changes';\n    ", hash='337a881d2a77e11b0e48fdb4aeb840f30c77a405', operation='UPDATE OR DELETE', pgid='pgtrigger_issued_stays_95ab2', table='responsibility_listdocument', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listitem',
            trigger=pgtrigger.compiler.Trigger(name='issued_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE found text;', func="\n    IF TG_OP <> 'INSERT' THEN\n        SELECT state INTO found FROM responsibility_listdocument WHERE id = OLD.document_id FOR SHARE;\n        IF found <> 'draft' THEN\n            RAISE EXCEPTION '已印发的清单不能改动' USING ERRCODE = 'check_violation',\n                CONSTRAINT = 'list_issued_never_changes';\n        END IF;\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    SELECT state INTO found FROM responsibility_listdocument WHERE id = NEW.document_id FOR SHARE;\n    IF found <> 'draft' THEN\n        RAISE EXCEPTION '已印发的清单不能改动' USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'list_issued_never_changes';\n    END IF;\n    RETURN NEW;\n", hash='1796c25b52ec2c3ff487d648eea19b091decfe2c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_issued_stays_be085', table='responsibility_listitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "responsibility_listitemevent" ("clause", "code", "core_task_id", "cycle", "deliverable", "document_id", "heading", "id", "mark", "marks", "order", "owner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "stage_id", "standard") VALUES (NEW."clause", NEW."code", NEW."core_task_id", NEW."cycle", NEW."deliverable", NEW."document_id", NEW."heading", NEW."id", NEW."mark", NEW."marks", NEW."order", NEW."owner", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revision", NEW."stage_id", NEW."standard"); RETURN NULL;', hash='6526d75e88fb79135dd1765f075821812e6fcb4f', operation='INSERT', pgid='pgtrigger_insert_insert_8556d', table='responsibility_listitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "responsibility_listitemevent" ("clause", "code", "core_task_id", "cycle", "deliverable", "document_id", "heading", "id", "mark", "marks", "order", "owner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "stage_id", "standard") VALUES (NEW."clause", NEW."code", NEW."core_task_id", NEW."cycle", NEW."deliverable", NEW."document_id", NEW."heading", NEW."id", NEW."mark", NEW."marks", NEW."order", NEW."owner", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revision", NEW."stage_id", NEW."standard"); RETURN NULL;', hash='33f9b8f1952f141db55bb9969420897532319c68', operation='UPDATE', pgid='pgtrigger_update_update_bbced', table='responsibility_listitem', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(fields=('code', 'area', 'cadre', 'period'), name='duty_once', nulls_distinct=False),
        ),
    ]
