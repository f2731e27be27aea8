"""The guard against slow and greedy clients; README.md describes it and says when it is not needed."""
