#!/usr/bin/env bash
# Installs the npm packages that the tests compare us with, from their lock files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
git ls-files 'tests/**/package-lock.json' | while read -r lock; do
  folder=$(dirname "$lock")
  if [ ! -e "$folder/node_modules" ] || [ "$lock" -nt "$folder/node_modules" ]; then
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error </dev/null)
    touch "$folder/node_modules"
  fi
done
