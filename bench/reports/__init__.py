"""`make bench REPORTS=1`: the owner's reports and their ingest, with years of sales."""
