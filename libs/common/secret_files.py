"""Names the variables whose files contain secrets, for settings and for what starts processes.

Apart from the settings, so that a command that reads none need not load Pydantic.
"""


def file_variable(name: str) -> str:
    """The variable that names the file of the secret in the variable `name`."""
    return f"{name}_FILE"
