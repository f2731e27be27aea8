"""The suite under docker compose: scripts that make keys and databases."""
