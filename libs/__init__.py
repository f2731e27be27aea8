"""Code shared by every service: mechanism without business words."""
