"""The operator's commands: `genklang COMMAND`, or `python -m app.cli COMMAND`. Each is one transaction."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from app.demo.load import load_demo
from app.domain.errors import DomainError, InputMissing
from app.domain.vocabulary import Language, Role
from app.store.migrate import upgrade
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases import deliveries, matcher_versions
from app.use_cases.accounts import create_account
from app.use_cases.addresses import normal_email
from app.use_cases.import_solutions import import_file, write_report
from app.use_cases.judged_collection import write_judged
from app.use_cases.organisations import load_reference
from app.use_cases.solution_rows import FileNotReadable, read_rows
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
    database = Database(_database_url())
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
    """Run and look after Genklang.

    Without settings it is the installation of `make run` in var/ that is meant.
    """
    key = Path(os.environ.get("GENKLANG_VAR", "var")) / "secret_key"
    if not os.environ.keys() & {"GENKLANG_SECRET_KEY", "GENKLANG_SECRETS_DIR"} and key.exists():
        os.environ["GENKLANG_SECRET_KEY"] = key.read_text(encoding="utf-8").strip()


def _database_url() -> str:
    """Return the address of the database; settings that are missing or wrong end the command with a sentence."""
    try:
        return load().database_url
    except ValidationError as error:
        wrong = "; ".join(
            f"GENKLANG_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors() if one["loc"]
        )
        raise click.ClickException(
            f"the settings are not complete ({wrong or error}). Start `make run` once, or see docs/operations.md"
        ) from error


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


@main.command("migrate")
def migrate() -> None:
    """Bring the database's tables up to this version; a second run changes nothing."""
    upgrade(_database_url())
    click.echo("The tables are those of this version.")


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


@main.group()
def matcher() -> None:
    """What the matcher learns from people's decisions."""


@matcher.command("learn")
def learn_weights() -> None:
    """Fit new weights on the judged pairs and keep them as a version, which an administrator may switch on."""
    with _transaction() as uow:
        version = matcher_versions.learn(uow)
        click.echo(
            f"Version {version.number}: nDCG@10 {version.before:.3f} -> {version.after:.3f} on {version.held_out} "
            f"problems held out, fitted on {version.trained_on}. It is not in use: see Administration, The matcher."
        )


@matcher.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_judged(folder: Path) -> None:
    """Write the judged pairs to FOLDER as a collection for `python -m matching.evaluate FOLDER`. It holds texts."""
    with _transaction() as uow:
        problems, solutions, pairs = write_judged(uow, folder)
    click.echo(f"{problems} problems, {solutions} solutions, {pairs} judged pairs in {folder}.")


@main.group("import")
def import_data() -> None:
    """Bring data from files into the service."""


@import_data.command("solutions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all-or-nothing", is_flag=True, help="One wrong row, and nothing is imported.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows left out to a CSV file."
)
def import_solutions(file: Path, *, all_or_nothing: bool, dry_run: bool, report: Path | None) -> None:
    """Import solutions from FILE (.jsonl, .jsonl.gz or .csv); a second run changes nothing.

    Fields: title and text (both needed), problem, url, organisation, workplace, sector, language, _id, and every
    other field of the form by its name. Imported solutions are published as not yet proven.
    """
    database = Database(_database_url())
    try:
        rows, unknown = read_rows(file)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(file.name, total=len(rows))
            done = import_file(
                database.transaction,
                rows=rows,
                all_or_nothing=all_or_nothing,
                dry_run=dry_run,
                progress=lambda count: bar.advance(task, count),
            )
    except (FileNotReadable, DomainError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.dispose()
    if unknown:
        click.echo(f"Not imported, because the service has no such field: {', '.join(unknown)}", err=True)
    for wrong in done.errors:
        click.echo(f"line {wrong.line}{f', {wrong.field}' if wrong.field else ''}: {wrong.message}", err=True)
    if report is not None:
        write_report(report, done.errors)
    counted = ", ".join(f"{count} {outcome}" for outcome, count in done.counts.items())
    click.echo(f"{'Would be: ' if dry_run else ''}{counted}, {len(done.errors)} left out.")
    if done.errors:
        if all_or_nothing:
            click.echo("Nothing was imported.", err=True)
        raise SystemExit(1)


@main.command("demo-data")
def demo_data() -> None:
    """Fill an empty database with made-up workplaces, problems and solutions; another is left as it is."""
    is_filled = load_demo(_database_url())
    with _transaction() as uow:
        load_reference(uow, rows=reference_organisations())
    click.echo("The demo's data is in place." if is_filled else "The database holds accounts already: left as it is.")


if __name__ == "__main__":
    main()
