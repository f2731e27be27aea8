"""Days of sales at tills without a network, sent while processes end, and compared: see `days.py`."""
