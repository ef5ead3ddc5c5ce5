#!/bin/sh
# Brings the database to this version and gives the app's identity its role, as the database's Entra administrator.
# azd's environment has DATABASE_HOST, DATABASE_NAME, DATABASE_LOGIN, DATABASE_ROLE and DATABASE_ROLE_OBJECT_ID: the
# deployment's outputs.
set -eu
cd "$(dirname "$0")/../.."

fail() {
  printf 'migrate: %s\n' "$1" >&2
  exit 1
}

[ -n "${DATABASE_HOST:-}" ] || fail "DATABASE_HOST is not set; run azd provision first"

# The launcher is built for this machine, not for Azure.
unset FunctionsHost

token=$(azd auth token --scope https://ossrdbms-aad.database.windows.net/.default --output json | tr -d '\n' | sed -n 's/.*"token"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p')
[ -n "$token" ] || fail "azd gave no token for the database; run azd auth login"

# The administrators' common role owns what is made here, so that the next one to deploy may be another of them.
Reserve__Database__ConnectionString="Host=$DATABASE_HOST;Port=5432;Database=$DATABASE_NAME;Username=$DATABASE_LOGIN;Password=$token;SSL Mode=VerifyFull;Timeout=30" \
  ./reserve migrate --owner azure_pg_admin --role "$DATABASE_ROLE" --entra-object-id "$DATABASE_ROLE_OBJECT_ID" ||
  fail "the database at $DATABASE_HOST was not migrated. Is it reachable from here? With a public address: azd env set DEPLOYER_IP_ADDRESS <this machine's>, then azd provision. With private networking: run azd from a machine in the network."
