"""Sessions that ended before their tokens expire (docs/adr/0022).

`listening` consumes auth's events, `asking` asks auth for what could be missed, `state` is what both have
found out, `sessions` remembers the sessions.
"""
