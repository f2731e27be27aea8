"""Alembic runs this file for the migrations of each service."""

from importlib import import_module

from alembic import context

from libs.common.db.migrations_env import run

service = context.config.attributes["service"]
run(import_module(f"services.{service}.tables").Table.metadata)
