"""The rules of chatbot, without HTTP or SQL."""
