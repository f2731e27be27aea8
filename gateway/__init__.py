"""The gateway: the only public entrance."""
