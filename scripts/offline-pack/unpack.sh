#!/usr/bin/env bash
# Verifies the pieces of an offline pack, joins and unpacks them, and tries what came out. Needs coreutils, tar, and xz or python3.
# usage: bash unpack.sh PIECES DEST [SITE_PACKAGES]
#   PIECES         the folder with the pieces and SHA256SUMS
#   DEST           an empty folder, or a new one
#   SITE_PACKAGES  where nvidia/ lies, for a pack with shims over CUDA 13 wheels (default: python3 is asked)
set -euo pipefail

refuse() { # code, fact, remedy
  printf 'memproof: %s: %s\n  → %s\n' "$1" "$2" "$3" >&2
  exit "${4:-3}"
}

usage='Usage: bash unpack.sh PIECES DEST [SITE_PACKAGES]'
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  echo "$usage"
  exit 0
fi
(($# == 2 || $# == 3)) || refuse E_USAGE "Two or three folders are wanted, not $#." "$usage" 2
pieces=$1 dest=$2 site=${3:-}

[[ -s $pieces/SHA256SUMS ]] || refuse E_NO_PACK "There is no $pieces/SHA256SUMS." 'Name the folder that make.mjs filled.' 2
[[ ! -e $dest || -d $dest ]] || refuse E_FOLDER_NOT_EMPTY "$dest is not a folder." 'Name an empty folder, or a new one.' 2
[[ ! -d $dest || -z $(ls -A "$dest") ]] || refuse E_FOLDER_NOT_EMPTY "$dest is not empty." 'Name an empty folder, or a new one.' 2

if command -v xz >/dev/null; then
  decompress() { xz -dc -T0; }
elif command -v python3 >/dev/null; then
  decompress() { python3 -c 'import lzma, shutil, sys
shutil.copyfileobj(lzma.open(sys.stdin.buffer), sys.stdout.buffer, 1 << 22)'; }
else
  refuse E_PROGRAM_MISSING 'There is neither xz nor python3.' 'Install one of them, or load the module that has it.'
fi

# sha256sum names each piece that is missing or was changed.
(cd "$pieces" && sha256sum --check --strict --quiet SHA256SUMS >&2) ||
  refuse E_PIECE_DAMAGED 'A piece is missing or damaged, as named above.' 'Copy that piece again.'

join_pieces() {
  local name
  while read -r _ name; do cat "$pieces/$name"; done <"$pieces/SHA256SUMS"
}

# What is half unpacked must not look like a pack.
mkdir -p "$dest"
clear_dest() { rm -rf "$dest"/* "$dest"/.[!.]*; }
trap 'clear_dest; exit 130' INT TERM
if ! join_pieces | decompress | tar -xf - --no-same-owner -C "$dest"; then
  clear_dest
  refuse E_UNPACK 'The pack could not be unpacked, for the reason above.' 'See whether the disk is full.'
fi
trap - INT TERM

exec "$dest/bin/node" "$dest/scripts/offline-pack/afterUnpacking.mjs" ${site:+"$site"}
