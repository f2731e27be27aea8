"""What can be done with the users of the chatbot."""
