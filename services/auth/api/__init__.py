"""auth's doors: POS and STORE."""
