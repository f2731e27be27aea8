"""What a sale and a read cost."""
