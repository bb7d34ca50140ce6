#!/bin/bash
# Runs once, on an empty volume: Temporal gets a role and two databases of its own beside the importer's.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$TEMPORAL_POSTGRES_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role temporal login password :'password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
