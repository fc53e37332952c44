"""The product's own 承诺书 template (domain §1.7 C): constructed text, 示例，可修改. The office may upload its own."""

from jiamusi_foodsafety.kit.documents.build import Paper

PROMISES = (
    "一、认真学习食品安全法律法规和包保责任、任务清单，熟悉所包保主体情况；",
    "二、按规定频次和方式督导，如实填写任务清单，不走过场、不弄虚作假；",
    "三、督促包保主体健全制度、配齐食品安全总监和食品安全员，落实日管控、周排查、月调度；",
    "四、对发现的问题督促整改，需移交的及时移交市场监管部门并跟踪到底；",
    "五、主体或本人分工变动时及时报告、做好交接；",
    "六、接受上级督查和群众监督，履职不力愿承担相应责任。",
)
BASIS = (
    "依据《中华人民共和国食品安全法》《地方党政领导干部食品安全责任制规定》"
    "和国务院食品安全委员会关于推动食品安全属地管理责任落地落实的意见，承诺："
)
ENTITY_HEADS = [
    "序号",
    "主体名称",
    "信用代码 / 许可证编号",
    "经营场所",
    "等级",
    "负责人",
    "监管所",
    "起始日期",
]
ENTITY_CELLS = [
    "{{ e.number }}", "{{ e.name }}", "{{ e.codes }}", "{{ e.address }}", "{{ e.grade }}",
    "{{ e.legal_person }}", "{{ e.station }}", "{{ e.from_on }}",
]  # fmt: skip
TASK_HEADS = ["代码", "任务", "周期", "成果物", "本级"]
TASK_CELLS = [
    "{{ t.code }}", "{{ t.clause }}", "{{ t.cycle }}", "{{ t.deliverable }}", "{{ t.mark }}",
]  # fmt: skip


def default_template() -> bytes:
    """The .docx with placeholders; fixtures/responsibility/pledge_template.docx is made from it."""
    # closer lines than the standard's 28.95 pt: the promise and its signatures stand on one page
    paper = Paper(line=24)
    paper.title("食品安全责任与任务承诺书（{{ level }}）")
    paper.words("编号：{{ number }}", align="right", indent=False, size=12)
    paper.words("{{ superior_unit }}：", indent=False)
    paper.words(
        "本人{{ name }}，现任{{ office }}，作为{{ level }}食品安全包保干部，包保食品生产经营主体 "
        "{{ entity_count }} 家。" + BASIS
    )
    for promise in PROMISES:
        paper.words(promise)
    paper.words("附件：1.责任清单　2.任务清单")
    paper.gap()
    for words in ("承诺人（签字）：{{ signature }}", "{{ signed_day }}",
                  "接收单位（盖章）：　　　　　　", "　　　年　　月　　日"):  # fmt: skip
        paper.words(words, align="right", indent=False)
    paper.new_page()
    paper.heading("附件 1")
    paper.words("责任清单", align="center", indent=False)
    paper.words("截至 {{ as_of }}，共 {{ entity_count }} 家", align="left", indent=False, size=12)
    paper.table(ENTITY_HEADS, _loop("e", "entities", ENTITY_CELLS, "没有在包的主体"),
                shares=[4, 13, 20, 14, 4, 7, 11, 11], size=9)  # fmt: skip
    paper.new_page()
    paper.heading("附件 2")
    paper.words("任务清单", align="center", indent=False)
    paper.words("{{ task_title }}", align="left", indent=False, size=12)
    paper.table(TASK_HEADS, _loop("t", "tasks", TASK_CELLS, "任务清单尚未印发"),
                shares=[5, 28, 8, 16, 5], size=10.5)  # fmt: skip
    return paper.bytes()


def _loop(name, many, cells, nothing):
    """Rows that docxtpl repeats: tags alone in a row vanish with it."""
    free = [""] * (len(cells) - 1)
    return [
        [f"{{%tr for {name} in {many} %}}", *free],
        cells,
        ["{%tr else %}", *free],
        ["", nothing, *free[1:]],
        ["{%tr endfor %}", *free],
    ]
