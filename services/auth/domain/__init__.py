"""What is always true of people, roles and sessions."""
