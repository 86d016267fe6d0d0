# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts share. Sourced, never run.

# Messages go to standard error, under the name of the script that speaks.
say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# die STATUS MESSAGE
die() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# The options that follow a usage comment at the top of a script: every line up to the first
# that is not a comment, without the marks.
usage() {
  sed -n '2,/^[^#]/{/^# SPDX/d;s/^# \{0,1\}//p}' "$0"
}

# need COMMAND... : ends with 69 (EX_UNAVAILABLE) when one is not there.
need() {
  local command missing=()
  for command in "$@"; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  if ((${#missing[@]} > 0)); then
    die 69 "missing: ${missing[*]} (scripts/setup installs what is needed)"
  fi
}
