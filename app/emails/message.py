"""From a rendered mail to the bytes that every attempt sends: same id, same date, same text."""

import hashlib
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any

from app.emails.render import SUBJECT_LENGTH, RenderedMail, one_line


class _Policy(EmailPolicy):
    """The standard policy, but letters beyond ASCII are encoded whole: the standard one adds spaces between words."""

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401 - as the class above has it
        """Return one header as bytes."""
        if self.utf8 or str(value).isascii():
            return super().fold_binary(name, value)
        if isinstance(value, AddressHeader):
            (address,) = value.addresses
            encoded = f"{_encoded(address.display_name, name)}{self.linesep} <{address.addr_spec}>"
        else:
            encoded = _encoded(str(value), name)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _typed(text: str) -> str:
    """Return what people typed for a header: one line, not too long, and nothing that a reader would decode."""
    return one_line(text).replace("=?", "= ?")[:SUBJECT_LENGTH].strip()


def message_id_of(key: str, *, sender: str) -> str:
    """Return the Message-ID of the mail with this key: known before the first attempt, the same at every one."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_address(sender).domain or 'localhost'}>"


def message_bytes(
    mail: RenderedMail,
    *,
    sender: str,
    receiver_name: str,
    receiver_email: str,
    message_id: str,
    date: datetime,
    unsubscribe_url: str | None = None,
) -> bytes:
    """Return the whole message, text with an HTML alternative.

    sender: an address, with or without a name. No text that people typed reaches a header but the subject and the
    receiver's own name, both on one line. unsubscribe_url: only for what one may turn off.
    """
    message = EmailMessage(policy=_Policy(linesep="\r\n", utf8=not receiver_email.isascii()))
    message["From"] = _address(sender)
    message["To"] = Address(_typed(receiver_name), addr_spec=receiver_email)
    message["Subject"] = _typed(mail.subject)
    message["Date"] = date
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe_url is not None:
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    # The boundary is drawn at random otherwise; a fixed one makes the bytes a function of the content.
    message.set_boundary(f"part-{hashlib.sha256(message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(name or "Genklang", addr_spec=spec)
