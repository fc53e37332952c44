"""导出模板: what columns there are, the rows, and the templates themselves."""
