"""The rules of analytics: which days a report is about, and what a summary says of them."""
