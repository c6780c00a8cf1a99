"""The migrations lead to exactly the tables that the code declares, and back, on both databases."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, inspect

from app.store.migrate import configuration, newest_revision, present_revision, upgrade
from app.store.models import Base


def differences(url: str, metadata: MetaData) -> list[object]:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = list(compare_metadata(context, metadata))
    engine.dispose()
    return found


def test_the_migrated_tables_are_the_declared_ones(database: str) -> None:
    assert differences(database, Base.metadata) == []


def test_a_forgotten_migration_would_be_found(database: str) -> None:
    declared = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(declared)
    Table("forgotten", declared, Column("id", Integer, primary_key=True))
    assert [found[0] for found in differences(database, declared) if isinstance(found, tuple)] == ["add_table"]


def test_the_migrations_lead_up_and_down_and_up_again(blank_database: str) -> None:
    upgrade(blank_database)
    assert present_revision(blank_database) == newest_revision()
    command.downgrade(configuration(blank_database), "base")
    engine = create_engine(blank_database)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    upgrade(blank_database)
    assert present_revision(blank_database) == newest_revision()


def test_migrating_twice_changes_nothing(database: str) -> None:
    upgrade(database)
    assert present_revision(database) == newest_revision()
