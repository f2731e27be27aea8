"""Email addresses with domains in any script: the ASCII form for mail, and the form that is compared."""

import unicodedata

import idna


def ascii_email(text: str) -> str:
    """The address with its domain in ASCII (IDNA 2008, mapped as by UTS 46).

    Raises `ValueError` for a domain that cannot be registered. An ASCII domain is not checked.
    """
    local, at, domain = text.rpartition("@")
    if domain.isascii():
        return text
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise ValueError(str(error)) from error


def email_key(text: str) -> str:
    """The form in which two spellings of an address are equal: letter case, width, `ñandú.mx` or `xn--…`.

    Takes any text, because it may come from a login or a search.
    """
    local, at, domain = unicodedata.normalize("NFKC", text).rpartition("@")
    try:
        domain = ascii_email(f"@{domain}").removeprefix("@")
    except ValueError:  # not a domain: compared as it is
        domain = domain.casefold()
    return unicodedata.normalize("NFKC", f"{local.casefold()}{at}{domain.casefold()}")
