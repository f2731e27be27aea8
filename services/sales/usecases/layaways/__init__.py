"""Layaways (apartados): goods that are kept for a customer who pays for them in parts (contract §8.7)."""
