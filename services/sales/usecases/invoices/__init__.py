"""Invoices of web orders: making, reading, changing and closing them."""
