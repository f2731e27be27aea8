"""The use cases of chatbot, with their SQL."""
