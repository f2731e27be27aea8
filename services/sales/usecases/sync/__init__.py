"""Sales that tills made without a network, and send later (contract §8.6)."""
