"""Sessions that ended before their tokens expire (docs/adr/0022).

`listening` consumes auth's events, `asking` polls auth for missed ones, `state` combines both,
`sessions` stores the sessions.
"""
