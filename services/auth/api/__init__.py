"""auth's doors: POS, STORE, and the internal one for gateways."""
