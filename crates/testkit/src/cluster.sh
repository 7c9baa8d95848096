# A PostgreSQL cluster of the tests' own, as long as somebody holds this script's standard input open.
#
#   sh cluster.sh version   says which PostgreSQL there is
#   sh cluster.sh PORT      makes a cluster on that port of the loopback, prints its superuser's address, and waits
#   sh cluster.sh PORT durable   the same, and what is committed is on the disk
#
# A script, because two programs start one that share no code: the test kit, for one test, and `cargo xtask check`, for
# all of them. Whoever started it is the other end of a pipe: when they end, however they end, the pipe closes, and
# cluster and folder are gone within the second. It must be started in a process group of its own, so that what kills
# the starter's group leaves it the time for that. If the server ends by itself (somebody else took the port), its last
# words come on standard error and the script ends with 1.
set -u

# The folder of the programs: a person's choice, the path's, else Debian's newest.
programs() {
    if [ -n "${SPECIE_POSTGRES_BIN:-}" ]; then
        echo "$SPECIE_POSTGRES_BIN"
    elif command -v initdb >/dev/null && command -v postgres >/dev/null; then
        dirname "$(command -v initdb)"
    else
        # No words but the folders' own: Debian calls them after the version.
        ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t / -k 5 -n | tail -n 1
    fi
}

bin=$(programs)
if ! "$bin/initdb" --version >/dev/null 2>&1 || ! said=$("$bin/postgres" --version 2>&1); then
    echo "no PostgreSQL: neither in PATH nor in /usr/lib/postgresql/*/bin nor where SPECIE_POSTGRES_BIN says" >&2
    exit 1
fi
if [ "$1" = version ]; then
    echo "$said"
    exit 0
fi

port=$1
server=
watcher=
folder=$(mktemp -d "${TMPDIR:-/tmp}/specie-postgres-XXXXXX") || exit 1
finish() {
    trap '' INT TERM HUP PIPE
    [ -z "$watcher" ] || kill -KILL "$watcher" 2>/dev/null
    [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null
    wait
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP PIPE

failed() {
    tail -c 4000 "$folder/log" >&2
    exit 1
}

# PostgreSQL refuses to be root; then it is nobody, whose the folder has to be.
as_nobody=
[ "$(id -u)" != 0 ] || as_nobody="setpriv --reuid nobody --regid $(id -g nobody) --clear-groups"
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
[ -z "$as_nobody" ] || chown -R nobody "$folder"

cd "$folder" || exit 1
$as_nobody "$bin/initdb" --pgdata="$folder/data" --username=superuser --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || failed

# Nothing survives the machine's power, and nothing has to, unless somebody measures what that costs. What a commit waits
# for is the program's own setting. The server dies with this script, even if the script has no time to tell it.
flushes='-c fsync=off -c full_page_writes=off -c max_wal_size=128MB'
[ "${2:-}" != durable ] || flushes='-c fsync=on'
# shellcheck disable=SC2086 # several words
$as_nobody setpriv --pdeathsig QUIT "$bin/postgres" -D "$folder/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" -c max_connections=300 \
    $flushes -c wal_level=minimal -c max_wal_senders=0 \
    -c dynamic_shared_memory_type=mmap -c logging_collector=off >>"$folder/log" 2>&1 &
server=$!
exec 3<&0
(
    read -r _ <&3
    kill -TERM $$
) >/dev/null 2>&1 &
watcher=$!

until grep -q '^ready' "$folder/data/postmaster.pid" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || failed
    sleep 0.02
done
echo "postgres://superuser:$password@127.0.0.1:$port/postgres"
wait "$server"
failed
