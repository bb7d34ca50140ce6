#!/bin/sh
# Brings Temporal's two databases to the schema of this version. Safe to repeat: what is applied already is left alone.
set -eu
for database in temporal:temporal temporal_visibility:visibility; do
  name="${database%%:*}"
  schema="${database##*:}"
  temporal-sql-tool --database "$name" setup-schema --version 0.0
  temporal-sql-tool --database "$name" update-schema --schema-name "postgresql/v12/$schema"
done
