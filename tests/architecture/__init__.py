"""House rules that the linters cannot say."""
