#!/bin/sh
# Sees to it that Ceph's object gateway is installed, the S3 store that the tests read from, with the little that it needs below it.
set -eu

missing=""
for program in radosgw ceph-mon ceph-osd; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
command -v ceph >/dev/null || missing="$missing ceph-common"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need$missing. Install them, or run this as root on Debian or Ubuntu." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of package names
apt-get install -y --no-install-recommends $missing ||
  { apt-get update && apt-get install -y --no-install-recommends $missing; }
