#!/bin/sh
# Names the sources that Kola is built from: COMMIT; COMMIT.dirty.DIGEST where files differ from the commit, by a digest of these files, so that
# no two states of the sources have one name; unversioned.DIGEST outside of a git checkout. MinVer, Nerdbank.GitVersioning and GitVersion count
# commits and tags, and name two different dirty trees alike.
set -eu
cd "$(dirname "$0")/../.."
set -- harness Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .globalconfig BannedSymbols.txt
newline='
'

# NAMES of files, each ended by a NUL; names of files that are gone count as well.
digest() { sort -zu | xargs -0 -r sh -c 'printf "%s\n" "$@"; sha256sum -- "$@" 2>/dev/null || true' sh | sha256sum | cut -c 1-16; }

# Not where a parent folder is somebody else's checkout.
if [ -e .git ] && status=$(git --no-optional-locks status --porcelain=v2 --branch --untracked-files=all -- "$@" 2>/dev/null); then
  commit=${status#'# branch.oid '}
  commit=${commit%%"$newline"*}
  if [ "$commit" != '(initial)' ]; then
    case $status in
      *"$newline"[12u?]' '*)
        echo "$commit.dirty.$({ git diff --name-only --no-renames -z HEAD -- "$@"; git ls-files -z --others --exclude-standard -- "$@"; } | digest)" ;;
      *) echo "$commit" ;;
    esac
    exit
  fi
fi
echo "unversioned.$(find "$@" -name bin -prune -o -name obj -prune -o -type f -print0 2>/dev/null | digest)"
