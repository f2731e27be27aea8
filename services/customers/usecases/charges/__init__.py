"""Charges of points and credit for orders: taking them, settling whether they were taken, refunding them."""
