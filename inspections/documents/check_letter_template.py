"""The product's own 反馈书 template (GB/T 9704's look): constructed, 示例，可修改. The office edits the .docx."""

from jiamusi_foodsafety.kit.documents.build import Paper

HEADS = ["项", "督查内容", "结果", "得分", "所见"]
CELLS = ["{{ i.code }}", "{{ i.name }}", "{{ i.result }}", "{{ i.score }}", "{{ i.seen }}"]


def default_template() -> bytes:
    """The .docx with placeholders; fixtures/inspections/check_letter.docx is made from it."""
    paper = Paper()
    paper.title("{{ title }}")
    paper.words("{%p if document_no %}", indent=False)
    paper.words("{{ document_no }}", align="center", indent=False)
    paper.words("{%p endif %}", indent=False)
    paper.words("{{ addressee }}：", align="left", indent=False)
    paper.words("{%p for line in lines %}", indent=False)
    paper.words("{{ line }}")
    paper.words("{%p endfor %}", indent=False)
    paper.words("附件：督查逐项结果")
    paper.gap()
    paper.words("{{ sender }}　　", align="right", indent=False)
    paper.words("{{ day }}　　　　", align="right", indent=False)
    paper.new_page()
    paper.heading("附件")
    paper.words("督查逐项结果", align="center", indent=False)
    free = [""] * (len(CELLS) - 1)
    rows = [["{%tr for i in items %}", *free], CELLS, ["{%tr endfor %}", *free]]
    paper.table(HEADS, rows, shares=[5, 21, 8, 8, 20], size=10.5,
                aligns=["center", "left", "center", "center", "left"])  # fmt: skip
    paper.words("{{ total }}", align="left", indent=False, size=12)
    return paper.bytes()
