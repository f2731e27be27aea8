"""The door for tills and the back office, their shapes and words; `routes.py` is the door with its routes."""
