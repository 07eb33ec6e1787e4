#!/bin/sh
# Before nextest's first test: one PostgreSQL cluster for all of them, gone when nextest is.
set -eu
echo "SOUNDPOST_TEST_POSTGRES=$(sh tests/support/postgres.sh "$PPID")" >>"$NEXTEST_ENV"
