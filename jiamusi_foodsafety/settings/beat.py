"""What runs by the clock (Celery beat), room by room; times are Asia/Shanghai's."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "ledger-sweep": {"task": "entities.tasks.sweep_uploads", "schedule": 20.0},
    "ledger-purge": {
        "task": "entities.tasks.purge_uploads",
        "schedule": crontab(hour=2, minute=30),
    },
    "entity-season": {
        "task": "entities.tasks.turn_seasons",
        "schedule": crontab(hour=0, minute=20),
    },
    "entity-expiry": {
        "task": "entities.tasks.propose_expired",
        "schedule": crontab(hour=1, minute=0),
    },
    "twin-search": {
        "task": "entities.tasks.find_twins",
        # reads the register only when its history has moved on; doubled runs do nothing
        "schedule": crontab(minute="*/10"),
    },
    "change-collect": {
        "task": "responsibility.tasks.collect_changes",
        "schedule": crontab(minute="*/5"),
    },
    "cadre-turn": {
        "task": "responsibility.tasks.turn_cadres",
        # every hour: a night without a worker is caught up; doubled runs do nothing
        "schedule": crontab(minute=5),
    },
    "instruction-escalate": {
        "task": "responsibility.tasks.escalate_instructions",
        "schedule": crontab(hour=8, minute=0),
    },
    "list-duties": {
        "task": "responsibility.tasks.make_duties",
        # every hour, as for the cadres; a newly issued list is followed within the hour
        "schedule": crontab(minute=40),
    },
    "cadre-ledger-sweep": {
        "task": "responsibility.tasks.sweep_cadre_uploads",
        "schedule": 20.0,
    },
    "cadre-ledger-purge": {
        "task": "responsibility.tasks.purge_cadre_uploads",
        "schedule": crontab(hour=2, minute=40),
    },
    "bundle-purge": {"task": "responsibility.tasks.purge_bundles", "schedule": crontab(minute=50)},
    "batch-sweep": {"task": "responsibility.tasks.sweep_batches", "schedule": 20.0},
    "pledge-review": {
        "task": "responsibility.tasks.review_pledges",
        # after the cadres of the day have left or come
        "schedule": crontab(minute=15),
    },
    "visit-dues": {
        "task": "inspections.tasks.make_dues",
        # the register and the bonds are followed within a quarter of an hour; doubled runs do nothing
        "schedule": crontab(minute="*/15"),
    },
    "problem-follow": {
        "task": "inspections.tasks.follow_problems",
        # a new bearer, a business that closed: within five minutes; doubled runs do nothing
        "schedule": crontab(minute="*/5"),
    },
    "problem-climb": {
        "task": "inspections.tasks.climb_problems",
        "schedule": crontab(minute="*/15"),
    },
    "compliance-turn": {
        "task": "inspections.tasks.turn_compliance",
        # a rule's first day, a new year, an exam that falls due; doubled runs write nothing
        "schedule": crontab(minute=25),
    },
    "photo-sweep": {
        "task": "inspections.tasks.sweep_photos",
        "schedule": crontab(hour=3, minute=10),
    },
    "plate-draw": {
        "task": "inspections.tasks.draw_plates",
        # every hour: a business that was registered meanwhile gets its public code
        "schedule": crontab(minute=50),
    },
    "daily-report": {
        "task": "reports.tasks.build_due_reports",
        # every five minutes from the cut-off on: missed days are caught up, doubled runs do nothing
        "schedule": crontab(minute="*/5"),
    },
    "daily-report-clock": {
        "task": "reports.tasks.turn_reports",
        # reminders before the deadline, the archive after the lock; doubled runs do nothing
        "schedule": crontab(minute="*/5"),
    },
    "daily-report-corrections": {
        "task": "reports.tasks.collect_corrections",
        # before people come: a changed past is told in the day's report
        "schedule": crontab(hour=3, minute=20),
    },
}
