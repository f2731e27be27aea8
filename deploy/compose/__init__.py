"""What `docker compose up` needs besides the images."""
