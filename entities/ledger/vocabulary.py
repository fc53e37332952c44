"""The words of the ledger: codes, names and synonyms as plain tuples (no Django).

The models' enums, the seed data and the ledger's child process are made from the same tuples.
The codes and words of the 三小 stand in `entities.rules`: the shape of their numbers hangs on them.
"""

# (code, name, synonyms)
CATEGORIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("production", "食品生产", (
        "生产", "食品生产企业", "食品生产者", "食品生产环节", "生产环节", "食品生产加工",
        "食品生产加工企业", "生产企业", "食品添加剂生产", "特殊食品生产", "保健食品生产",
    )),
    ("sale", "食品销售", (
        "销售", "流通", "食品流通", "流通环节", "销售环节", "食品销售经营者", "食品流通经营者",
        "食品经营(销售)", "食品销售企业", "食品经营销售", "食品销售环节", "食品流通环节",
        "预包装食品销售", "仅销售预包装食品",
    )),
    ("catering", "餐饮服务", (
        "餐饮", "餐饮环节", "餐饮服务经营者", "餐饮服务环节", "餐饮业", "食品经营(餐饮)", "餐饮企业",
        "餐饮服务单位", "餐饮服务提供者",
    )),
    ("canteen", "单位食堂", (
        "集中用餐单位食堂", "机关食堂", "企业食堂", "企事业单位食堂", "职工食堂", "医院食堂", "养老机构食堂",
        "工地食堂", "机关企事业单位食堂",
    )),
    ("school_canteen", "学校幼儿园食堂", (
        "学校食堂", "幼儿园食堂", "学校(幼儿园)食堂", "学校、幼儿园食堂", "校园食堂", "托幼机构食堂",
        "学校(含幼儿园)食堂", "学校和幼儿园食堂",
    )),
    ("workshop", "小作坊", ("食品小作坊", "食品生产加工小作坊", "加工小作坊", "食品加工小作坊")),
    ("small_catering", "小餐饮", ("小餐饮店", "小餐饮服务", "小餐馆", "小餐饮经营者", "小餐饮单位")),
    ("small_grocery", "小食杂", ("小食杂店", "食杂店", "小食品店", "小食杂店经营者", "小卖部")),
    ("stall", "小摊点", (
        "食品摊贩", "小摊贩", "摊贩", "食品小摊点", "食品摊点", "小食品摊点", "食品小摊贩",
    )),
    ("market", "市场开办者", (
        "集中交易市场开办者", "食用农产品市场", "农贸市场开办者", "集贸市场", "市场", "集中交易市场",
        "食用农产品集中交易市场", "食用农产品批发市场", "食用农产品市场开办者", "市场举办者",
    )),
    ("platform", "网络平台", (
        "网络食品交易第三方平台", "第三方平台", "网络食品交易平台", "网络订餐平台", "网络交易平台",
        "网络平台提供者", "网络餐饮服务第三方平台",
    )),
)  # fmt: skip

# (code, name, synonyms, effect): keep = may be set by a ledger; propose = opens a proposal of
# screening and never changes the status by itself; internal = no ledger can say it.
STATUSES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("operating", "在营", (
        "正常", "正常经营", "正常营业", "营业", "营业中", "开业", "在业", "存续", "在产", "在产在营",
        "在营在产", "在营(在产)", "经营中", "经营", "正常在营", "正常生产", "正常生产经营", "存续在营", "有效",
        "是", "恢复营业", "复业",
    ), "keep"),
    ("suspended", "停产停业", (
        "停产", "暂停营业", "暂停经营", "暂时停业", "临时停业", "短期停业", "停产整改", "停业整顿", "停业整改",
        "装修停业", "停产/停业", "停产、停业", "临时停产", "暂停生产",
    ), "keep"),
    ("seasonal", "季节性经营(季内)", (
        "季节性经营", "季节性", "季节经营", "季节性营业", "季节性经营季内", "季内经营", "季节性(季内)",
    ), "keep"),
    ("off_season", "季节性经营(季外)", (
        "季节性停业", "季外停业", "季节性经营季外", "季节性(季外)", "季节性歇业", "季外", "季节性停产",
    ), "propose"),
    ("not_opened", "在建未开业", (
        "未开业", "在建", "筹建", "筹备中", "筹建中", "尚未开业", "未营业", "未投产", "在建/未开业",
        "在建、未开业",
    ), "propose"),
    ("closed", "停业未注销", (
        "停业", "关闭", "关门", "已关门", "已停业", "已关闭", "倒闭", "已倒闭", "停止经营", "停止营业",
        "不经营", "不再经营", "不干了", "已不干", "已不干了", "长期停业", "关停", "已关停", "停业(未注销)",
        "停业、未注销", "停业未注销证照", "未经营", "否", "已不经营", "非正常", "不营业", "僵尸户", "死户",
    ), "propose"),
    ("dormant", "歇业", ("歇业备案", "已歇业", "备案歇业", "歇业(备案)"), "propose"),
    # 搬走 says no more than that nobody is there: where to, the move between counties finds out.
    ("lost", "查无下落", (
        "搬走", "已搬走", "搬迁", "已搬迁", "搬离", "搬家",
        "失联", "查无此店", "查无此户", "查无此家", "查无", "无法联系", "下落不明", "找不到", "通过登记住所无法联系",
        "查无此人", "失踪", "无下落", "查无此企业", "查找不到", "人去楼空",
    ), "propose"),
    ("cancelled", "注销", ("已注销", "注销登记", "证照注销", "许可证注销", "许可注销"), "propose"),
    ("revoked", "吊销撤销", ("吊销", "已吊销", "撤销", "撤回", "被吊销", "吊销/撤销", "吊销、撤销"), "propose"),
    ("moved_out", "迁出", (
        "已迁出", "迁移", "迁至外地", "地址变更迁出",
    ), "propose"),
    ("duplicate", "重复登记", ("重复", "重复户", "重复录入", "重复主体"), "propose"),
    ("not_food", "非食品", ("非食品主体", "无关主体", "非食品经营", "非食品类", "不经营食品"), "propose"),
    ("withdrawn", "已撤销", (), "internal"),
)  # fmt: skip

# Words in a remark that open a proposal, longest meaning first: (word, status code).
REMARK_WORDS: tuple[tuple[str, str], ...] = (
    ("停业未注销", "closed"),
    ("查无此", "lost"), ("查无下落", "lost"), ("失联", "lost"), ("无法联系", "lost"), ("下落不明", "lost"),
    ("找不到店", "lost"), ("人去楼空", "lost"), ("联系不上", "lost"), ("僵尸户", "closed"), ("死户", "closed"),
    ("重复登记", "duplicate"), ("重复户", "duplicate"), ("重复录入", "duplicate"),
    ("非食品", "not_food"), ("不经营食品", "not_food"),
    ("未开业", "not_opened"), ("尚未营业", "not_opened"), ("筹建", "not_opened"), ("在建", "not_opened"),
    ("吊销", "revoked"),
    ("搬走", "lost"), ("搬迁", "lost"), ("搬离", "lost"), ("搬家", "lost"), ("已搬", "lost"),
    ("迁出", "moved_out"),
    ("关门", "closed"), ("不干了", "closed"), ("已不干", "closed"), ("倒闭", "closed"), ("黄了", "closed"),
    ("停止经营", "closed"), ("停止营业", "closed"), ("不再经营", "closed"), ("不再营业", "closed"),
    ("已不经营", "closed"), ("不经营了", "closed"), ("长期停业", "closed"), ("已停业", "closed"),
    ("已关闭", "closed"), ("已关停", "closed"), ("关停", "closed"), ("兑出", "closed"),
    ("歇业", "dormant"),
    ("已注销", "cancelled"), ("注销", "cancelled"),
)  # fmt: skip
# A word after one of these says the contrary: 未关门, 没有搬走, 证没注销.
NEGATIONS = ("未", "没", "没有", "不", "非", "无", "尚未", "并未", "不会")

GRADES = ("A", "B", "C", "D")

# A dictionary of business forms for the filters and the demo; the field itself is open text.
FORMS: tuple[str, ...] = (
    "粮食加工", "食用油", "调味品", "肉制品", "乳制品", "饮料", "糕点", "豆制品", "酒类", "速冻食品", "小作坊",
    "超市", "大型商超", "便利店", "食杂店", "食品批发", "农贸市场", "保健食品专营", "水果店", "粮油店", "烟酒店",
    "餐馆", "面馆", "饮品店", "糕点店", "火锅店", "快餐店", "中央厨房", "集体用餐配送", "学校食堂", "幼儿园食堂",
    "机关食堂", "企业食堂", "医院食堂", "养老机构食堂", "工地食堂", "小餐饮", "小食杂", "小摊点", "网络平台",
)  # fmt: skip

LICENCE_KINDS: tuple[tuple[str, str], ...] = (
    ("JY", "食品经营许可证"),
    ("SC", "食品生产许可证"),
    ("YB", "仅销售预包装食品备案"),
    ("SP", "食品流通许可证(旧)"),
    ("CY", "餐饮服务许可证(旧)"),
    ("QS", "食品生产许可证(旧QS)"),
    ("SMALL", "三小登记"),
)
OLD_LICENCE_KINDS = frozenset({"SP", "CY", "QS"})

# What clerks write where there is nothing to write.
BLANK_WORDS = frozenset({
    "无", "暂无", "没有", "空", "空白", "(空白)", "(空)", "-", "--", "---", "—", "——", "–", "/", "//", "\\", "、",
    ".", "。", "*", "N/A", "n/a", "NA", "null", "NULL", "None", "none", "nil", "不详", "未知", "待补充", "待补",
    "无数据", "未填", "未填写", "…", "……", "_",
})  # fmt: skip
CLEAR_WORD = "清空"
