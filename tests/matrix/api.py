ROWS = {}
EXEMPT = {}
