"""Does every answer look as the API documents say, whatever is sent?"""
