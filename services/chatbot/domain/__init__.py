"""The rules about the users of the chatbot."""
