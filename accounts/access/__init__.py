"""The access log (查阅及操作记录): apart from the chain, written outside the act that it tells of."""
