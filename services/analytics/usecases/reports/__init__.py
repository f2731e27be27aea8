"""The owner's reports, one file each. A report sees one snapshot of the figures (`desk.py`)."""
