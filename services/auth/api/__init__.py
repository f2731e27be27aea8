"""The doors of auth: POS, STORE, and the internal one for gateways."""
