"""What each role may do: the one table. Groups are made from it after each `migrate`.

Code asks for a permission, never for a role. What somebody sees is another matter: scopes.py.
"""

CITY_ADMIN = "市局管理员"
CITY_OFFICER = "市局人员"
COUNTY_OFFICER = "县区局人员"
STATION_OFFICER = "监管所人员"
CADRE = "包保干部"
LEADER = "领导(只读)"
SUPERVISION = "督导组"
# 三员分立 (等保 2.0): a city that must separate them gives these two instead of 市局管理员.
SYSTEM_ADMIN = "系统管理员"
AUDITOR = "审计管理员"

ALL = (
    CITY_ADMIN,
    CITY_OFFICER,
    COUNTY_OFFICER,
    STATION_OFFICER,
    CADRE,
    LEADER,
    SUPERVISION,
    SYSTEM_ADMIN,
    AUDITOR,
)

_CITY = (CITY_ADMIN, CITY_OFFICER)
_BUREAU = (*_CITY, COUNTY_OFFICER)
_STAFF = (*_BUREAU, STATION_OFFICER)
_READERS = (*_STAFF, LEADER, SUPERVISION)
_SYSTEM = (CITY_ADMIN, SYSTEM_ADMIN)


def _model(app, model, *acts):
    return {f"{app}.{act}_{model}": (CITY_ADMIN,) for act in acts}


# permission → the roles that have it
TABLE = {
    # --- whose area counts: without this right nobody sees anything by area (a cadre sees what he holds)
    "jurisdiction.view_area_data": _READERS,
    "jurisdiction.view_full_phone": (CITY_ADMIN, COUNTY_OFFICER, STATION_OFFICER),
    "jurisdiction.use_api": _STAFF,
    # --- the register
    "entities.view_entity": (*_READERS, CADRE),
    "entities.add_entity": _BUREAU,
    "entities.change_entity": _STAFF,
    "entities.export_entity": _STAFF,
    "entities.set_grade": (CITY_ADMIN, COUNTY_OFFICER),
    "entities.upload_ledger": _BUREAU,
    "entities.apply_ledger": _BUREAU,
    "entities.view_screening": (*_STAFF, SUPERVISION),
    "entities.propose_screening": (COUNTY_OFFICER, STATION_OFFICER),
    "entities.approve_screening": (CITY_ADMIN, COUNTY_OFFICER),
    "entities.sample_screening": _CITY,
    "entities.accept_transfer": _CITY,
    "entities.merge_entity": (CITY_ADMIN, COUNTY_OFFICER),
    "entities.view_gradingstandard": _BUREAU,
    "entities.apply_gradingstandard": (CITY_ADMIN,),
    # --- who answers for whom
    "responsibility.view_cadre": _READERS,
    "responsibility.add_cadre": _BUREAU,
    "responsibility.change_cadre": _BUREAU,
    "responsibility.import_cadre": _BUREAU,
    "responsibility.export_cadre": _BUREAU,
    "responsibility.view_assignment": _READERS,
    "responsibility.assign_entity": _BUREAU,
    "responsibility.view_change": (*_STAFF, SUPERVISION),
    "responsibility.view_listdocument": (*_BUREAU, CADRE, LEADER, SUPERVISION),
    "responsibility.change_listdocument": _CITY,
    "responsibility.issue_listdocument": (CITY_ADMIN,),
    "responsibility.view_duty": (*_READERS, CADRE),
    "responsibility.change_duty": (*_BUREAU, CADRE),
    "responsibility.view_pledge": (*_BUREAU, CADRE, LEADER, SUPERVISION),
    "responsibility.issue_pledge": _BUREAU,
    "responsibility.sign_pledge": (CADRE, LEADER),
    "responsibility.view_letter": (*_BUREAU, LEADER, SUPERVISION),
    "responsibility.sign_letter": _BUREAU,
    # --- organisation, meetings, papers, notices
    **{
        f"responsibility.view_{model}": (*_READERS, CADRE)
        for model in ("body", "meeting", "document", "notice")
    },
    "responsibility.manage_organisation": _CITY,
    "responsibility.change_meeting": _BUREAU,
    "responsibility.change_document": _BUREAU,
    "responsibility.issue_notice": _CITY,
    "responsibility.receive_notice": (COUNTY_OFFICER,),
    "responsibility.view_training": (*_BUREAU, LEADER, SUPERVISION),
    "responsibility.change_training": _BUREAU,
    "responsibility.view_ledgerstate": _READERS,
    "responsibility.change_ledgerstate": _BUREAU,
    "responsibility.view_guidance": (*_STAFF, SUPERVISION),
    "responsibility.add_guidance": (*_BUREAU, STATION_OFFICER),
    "responsibility.answer_guidance": _CITY,
    "responsibility.view_experience": (*_BUREAU, LEADER, SUPERVISION),
    "responsibility.change_experience": _BUREAU,
    "responsibility.view_instruction": _READERS,
    "responsibility.add_instruction": _BUREAU,
    "responsibility.answer_instruction": (COUNTY_OFFICER, STATION_OFFICER),
    "responsibility.hear_escalation": (LEADER,),
    # --- visits, problems, checks of tier on tier
    **{
        f"inspections.view_{model}": (*_READERS, CADRE)
        for model in ("duevisit", "visit", "checklist", "problem")
    },
    "inspections.make_visit": (CADRE, LEADER),
    "inspections.void_visit": (CITY_ADMIN, COUNTY_OFFICER),
    "inspections.plan_visits": _CITY,
    "inspections.change_checklist": _CITY,
    "inspections.issue_checklist": (CITY_ADMIN,),
    "inspections.report_problem": (COUNTY_OFFICER, STATION_OFFICER, CADRE, LEADER),
    "inspections.claim_problem": (STATION_OFFICER,),
    "inspections.verify_problem": (COUNTY_OFFICER, CADRE, LEADER),
    "inspections.decide_problem": (CITY_ADMIN, COUNTY_OFFICER),
    "inspections.export_problem": _STAFF,
    **{
        f"inspections.view_{model}": (*_READERS, CADRE)
        for model in ("entitycompliance", "safetyperson")
    },
    "inspections.add_safety": (*_STAFF, CADRE, LEADER),
    "inspections.change_safety": _STAFF,
    "inspections.export_compliance": _STAFF,
    **{
        f"inspections.{act}_{model}": (CITY_ADMIN,)
        for model in ("officerrule", "controlrule")
        for act in ("view", "add", "change", "delete")
    },
    # 督查: a cadre works on rounds as a member of the team, or answers for the unit whose level he is
    "inspections.view_checkround": (*_BUREAU, CADRE, LEADER, SUPERVISION),
    "inspections.watch_check": (SUPERVISION,),
    "inspections.export_check": (*_BUREAU, LEADER, SUPERVISION),
    "inspections.plan_check": _BUREAU,
    "inspections.make_check": (*_BUREAU, CADRE, SUPERVISION),
    "inspections.answer_check": (COUNTY_OFFICER, CADRE),
    "inspections.view_campaign": _READERS,
    "inspections.tag_campaign": (*_STAFF, SUPERVISION),
    "inspections.view_standarditem": (*_BUREAU, LEADER, SUPERVISION),
    "inspections.change_standarditem": _CITY,
    "inspections.work_standarditem": _BUREAU,
    "inspections.redraw_publicplate": (CITY_ADMIN, COUNTY_OFFICER),
    "inspections.view_publicplate": (CITY_ADMIN,),
    **_model("inspections", "platetext", "add", "change", "view"),
    # --- figures
    "reports.view_dashboard": _READERS,
    "reports.view_dailyreport": (*_BUREAU, LEADER, SUPERVISION),
    "reports.view_archive": (*_READERS, CADRE),
    "reports.view_exportprofile": _STAFF,
    "reports.change_exportprofile": _BUREAU,
    "reports.build_dailyreport": _CITY,
    "reports.confirm_dailyreport": (COUNTY_OFFICER,),
    "reports.issue_dailyreport": _CITY,
    "reports.manage_walllink": (CITY_ADMIN,),
    "reports.change_planstage": _CITY,
    # --- administration: accounts and territory | the audit log | the business's own dictionaries
    "jurisdiction.administer": _SYSTEM,
    "jurisdiction.audit": (CITY_ADMIN, AUDITOR),
    "jurisdiction.view_auditrecord": (CITY_ADMIN, AUDITOR),
    **{
        f"jurisdiction.{act}_{model}": _SYSTEM
        for model in ("user", "area", "areaalias", "station", "stationarea")
        for act in ("view", "add", "change")
    },
    "jurisdiction.delete_areaalias": _SYSTEM,
    "jurisdiction.delete_stationarea": _SYSTEM,
    **_model("entities", "category", "add", "change", "view"),
    **_model("entities", "businessform", "add", "change", "delete", "view"),
    **_model("entities", "gradingstandard", "add", "change"),
    **_model("entities", "gradingrule", "add", "change", "delete", "view"),
    **_model("entities", "ledgerupload", "view"),
    **_model("entities", "proposal", "view"),
    **_model("entities", "sampledraw", "view"),
    **_model("entities", "transfer", "view"),
    **_model("entities", "workerpulse", "view"),
    **_model("entities", "columnchoice", "change", "delete", "view"),
    **_model("reports", "dailyreportline", "view"),
    **_model("reports", "reportclock", "view", "add", "change"),
    **_model("reports", "rateband", "view", "add", "change"),
    **_model("responsibility", "assignmentplan", "view"),
    **{
        f"responsibility.{act}_{model}": (CITY_ADMIN,)
        for model in (
            "gradelevel",
            "loadcap",
            "calendarday",
            "changeclock",
            "coretask",
            "rolloutstage",
            "resignrule",
            "pledgetemplate",
            "lettertemplate",
        )
        for act in ("view", "add", "change")
    },
    "responsibility.delete_calendarday": (CITY_ADMIN,),
    **_model("inspections", "campaign", "add", "change"),
    **_model("inspections", "checkquota", "view", "add", "change"),
    **_model("inspections", "checkscore", "view", "add", "change"),
    **_model("inspections", "checkcycle", "view", "add", "change"),
    **{
        f"inspections.{act}_{model}": (CITY_ADMIN,)
        for model in ("frequencyrule", "moderule", "keyperiod", "problemkind", "industryunit")
        for act in ("view", "add", "change", "delete")
    },
    **_model("inspections", "visitsetting", "view", "change"),
}

# Who has one of these has a seat in the administration (/admin/).
ADMIN_DOORS = ("jurisdiction.administer", "jurisdiction.audit")


def permissions_of(role: str) -> frozenset[str]:
    """The permissions of one role, as app.codename."""
    return frozenset(name for name, holders in TABLE.items() if role in holders)
