"""Users, who sell at tills."""
