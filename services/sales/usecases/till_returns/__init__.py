"""Taking goods back at the till: deciding, refunding, reading."""
