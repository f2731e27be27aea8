"""The doors of chatbot."""
