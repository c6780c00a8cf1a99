"""The operator's commands: `genklang COMMAND`, or `python -m app.cli COMMAND`. Each is one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from app.demo.load import load_demo
from app.domain.errors import DomainError, InputMissing
from app.domain.vocabulary import Language, Role
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases import deliveries
from app.use_cases.accounts import create_account
from app.use_cases.addresses import normal_email
from app.use_cases.organisations import load_reference
from config.reference.organisations import reference_organisations
from config.settings import load

PASSWORD_HELP = {
    "password_too_short": "The password needs at least 12 characters.",
    "password_too_long": "The password may have at most 128 characters.",
    "password_too_common": "Others would guess this password first. Choose another one.",
}


@contextmanager
def _transaction() -> Iterator[UnitOfWork]:
    """Give the command's transaction; what the rules refuse ends the command with a sentence."""
    database = Database(load().database_url)
    try:
        with database.transaction() as uow:
            yield uow
    except InputMissing as error:
        raise click.ClickException(PASSWORD_HELP.get(error.code, str(error))) from error
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.dispose()


@click.group()
def main() -> None:
    """Run and look after Genklang."""


def _create(email: str, name: str, password: str, language: str, role: Role) -> None:
    address = normal_email(email)
    if address is None:
        raise click.BadParameter(f"{email!r} is no e-mail address", param_hint="--email")
    with _transaction() as uow:
        create_account(
            uow, email=address, display_name=name, password=password, roles={role}, language=Language(language)
        )
    click.echo(f"{address} is {role.value}.")


_email = click.option("--email", prompt="E-mail", help="The address to sign in with.")
_name = click.option("--name", prompt="Name", help="The name that others see.")
_password = click.option(
    "--password", prompt="Password (at least 12 characters)", hide_input=True, confirmation_prompt=True,
    envvar="GENKLANG_NEW_PASSWORD", help="Asked for when not given in GENKLANG_NEW_PASSWORD.",
)  # fmt: skip
_language = click.option("--language", type=click.Choice([word.value for word in Language]), default="da")


@main.command("create-admin")
@_email
@_name
@_password
@_language
def create_admin(email: str, name: str, password: str, language: str) -> None:
    """Make an account that manages accounts; one that exists gets the role in addition."""
    _create(email, name, password, language, Role.ADMINISTRATOR)


@main.command("create-consultant")
@_email
@_name
@_password
@_language
def create_consultant(email: str, name: str, password: str, language: str) -> None:
    """Make an account that reviews and introduces; one that exists gets the role in addition."""
    _create(email, name, password, language, Role.CONSULTANT)


@main.group()
def organisations() -> None:
    """The list of organisations that people join."""


@organisations.command("load")
def load_organisations() -> None:
    """Bring the municipalities, regions and the state into the database; a second run changes nothing."""
    with _transaction() as uow:
        new, changed = load_reference(uow, rows=reference_organisations())
    click.echo(f"{new} new, {changed} changed.")


@main.group()
def messages() -> None:
    """Events and mails that were given up after many attempts."""


@messages.command("list")
def list_messages() -> None:
    """Show what was given up, the newest first."""
    with _transaction() as uow:
        dead = deliveries.dead_messages(uow)
    for message in dead:
        kind = "mail " if message.is_mail else "event"
        click.echo(f"{message.id}  {kind}  {message.kind}  {message.attempts} attempts  {message.last_error}")
    click.echo(f"{len(dead)} given up.")


@messages.command("retry")
@click.argument("message_ids", metavar="[ID]...", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything that can be tried again.")
def retry_messages(message_ids: tuple[UUID, ...], *, is_all: bool) -> None:
    """Try again what was given up."""
    if bool(message_ids) == is_all:
        raise click.UsageError("give the ids of messages, or --all")
    with _transaction() as uow:
        wanted = [message.id for message in deliveries.dead_messages(uow)] if is_all else list(message_ids)
        for message_id in wanted:
            deliveries.retry(uow, message_id)
    click.echo(f"{len(wanted)} will be tried again.")


@main.command("demo-data")
def demo_data() -> None:
    """Fill an empty database with made-up workplaces, problems and solutions; another is left as it is."""
    is_filled = load_demo(load().database_url)
    with _transaction() as uow:
        load_reference(uow, rows=reference_organisations())
    click.echo("The demo's data is in place." if is_filled else "The database holds accounts already: left as it is.")


if __name__ == "__main__":
    main()
