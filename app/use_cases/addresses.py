"""E-mail addresses as accounts keep them."""

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def normal_email(typed: str | None) -> str | None:
    """Return the address in lower case, with its domain in the form of mail servers; None when `typed` is none.

    Asks no name server. Addresses that many servers cannot deliver to (letters outside ASCII before the @) are none.
    """
    try:
        found = validate_email(typed or "", check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    address = found.ascii_email or ""
    return address.lower() if 0 < len(address) <= LONGEST else None
