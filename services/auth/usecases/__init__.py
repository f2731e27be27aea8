"""What can be done: log in, refresh, create accounts, make the first owner, forget old sessions."""
