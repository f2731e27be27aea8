"""Events: outbox, relay, broker, inbox, consumers, dead letters."""
