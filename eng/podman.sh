#!/bin/sh
# Sees to it that Podman is installed with what it needs to run containers, as the tests do for real.
set -eu

missing=""
command -v podman >/dev/null || missing="$missing podman"
command -v runc >/dev/null || missing="$missing runc"
command -v iptables >/dev/null || [ -x /usr/sbin/iptables ] || missing="$missing iptables"
[ -x /usr/lib/podman/netavark ] || [ -x /usr/libexec/podman/netavark ] || missing="$missing netavark"
[ -x /usr/lib/podman/aardvark-dns ] || [ -x /usr/libexec/podman/aardvark-dns ] || missing="$missing aardvark-dns"
[ -x /bin/busybox ] || missing="$missing busybox-static"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need$missing. Install them, or run this as root on Debian or Ubuntu." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of package names
apt-get install -y --no-install-recommends $missing ||
  { apt-get update && apt-get install -y --no-install-recommends $missing; }
