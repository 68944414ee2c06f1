#!/bin/sh
# Sees to it that PostgreSQL is installed: the tests start a cluster of their own with it.
set -eu

for bin in /usr/lib/postgresql/*/bin; do
  [ ! -x "$bin/initdb" ] || exit 0
done
! command -v initdb >/dev/null || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need PostgreSQL 15 or newer. Install it, or run this as root on Debian or Ubuntu." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# Debian would make and start a cluster of its own, which nobody here uses.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get install -y --no-install-recommends postgresql ||
  { apt-get update && apt-get install -y --no-install-recommends postgresql; }
