"""Creating, changing, deleting and reading chatbot users."""
