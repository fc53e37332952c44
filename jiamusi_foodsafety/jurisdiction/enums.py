"""Words of the territory: levels and kinds of areas, audit actions."""

from django.db import models


class Level(models.TextChoices):
    CITY = "city", "市"
    COUNTY = "county", "县(市、区)"
    TOWNSHIP = "township", "乡镇(街道)"
    VILLAGE = "village", "村(社区)"


class Kind(models.TextChoices):
    NONE = "", "—"
    SUBDISTRICT = "subdistrict", "街道"
    TOWN = "town", "镇"
    TOWNSHIP = "township", "乡"
    SPECIAL = "special", "农场、林场、园区等"
    FUNCTIONAL_ZONE = "functional_zone", "功能区"


class AuditAction(models.TextChoices):
    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录未成功"
    LOGOUT = "logout", "退出"
    PASSWORD = "password", "修改密码"
    PERMISSION = "permission", "权限变动"
    ACCOUNT = "account", "账号变动"
    UPLOAD = "upload", "上传台账"
    APPLY = "apply", "写入台账"
    UNDO = "undo", "撤销写入"
    DISCARD = "discard", "放弃上传"
    EXPORT = "export", "导出"
    REVEAL = "reveal", "查看完整电话"
    REVIEW = "review", "审核"
    CHANGE = "change", "修改"
    REPORT = "report", "日报"
    AREA = "area", "区划变动"
    API_KEY = "api_key", "接口密钥"
