"""Parts of the suite under docker compose, beside the images."""
