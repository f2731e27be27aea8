"""Benchmarks: the cost of a sale, a read, a hop and an event."""
