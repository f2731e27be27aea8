"""Reading, changing and checking out carts."""
