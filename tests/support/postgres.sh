#!/bin/sh
# Starts a PostgreSQL cluster of its own in a temporary directory, on a free port of 127.0.0.1,
# prints its URL, and stops and deletes it when the process named by the first argument has ended.
set -eu
watched=$1
dir=$(mktemp -d /tmp/soundpost-postgres.XXXXXX)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    chown postgres "$dir"
    as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
fi
cd "$dir"
as "$bin/initdb" -D "$dir/data" -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1
as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/server.log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -k $dir -c fsync=off -c max_connections=400" start >/dev/null
(
    while kill -0 "$watched" 2>/dev/null; do sleep 0.5; done
    as "$bin/pg_ctl" -D "$dir/data" -m immediate stop
    rm -rf "$dir"
) >/dev/null 2>&1 </dev/null &
echo "postgres://postgres@127.0.0.1:$port/postgres"
