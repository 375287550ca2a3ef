#!/usr/bin/env bash
# Names the sources that Kola is built from: COMMIT; COMMIT.dirty.DIGEST where files differ from the commit, by a digest of these files, so that
# no two states of the sources have one name; unversioned.DIGEST outside of a git checkout. MinVer, Nerdbank.GitVersioning and GitVersion count
# commits and tags, and name two different dirty trees alike. It runs before every call of Kola: git is asked once, and few programs are started.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/../.."
sources=(harness Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .globalconfig BannedSymbols.txt)
export LC_ALL=C

# FILES, in any order; one that is gone counts by what is said of it.
digest() {
  local sum
  sum=$({ sha256sum -- "$@" 2>&1 || true; } | sort | sha256sum)
  echo "${sum:0:16}"
}

commit=
changed=()
# Not where a parent folder is somebody else's checkout.
if [[ -e .git ]]; then
  while IFS= read -rd '' entry; do
    case $entry in
      '# branch.oid (initial)') ;;
      '# branch.oid '*) commit=${entry#'# branch.oid '} ;;
      '? '*) changed+=("${entry#* }") ;;
      '1 '*) changed+=("${entry#* * * * * * * * }") ;;     # eight fields before the name
      'u '*) changed+=("${entry#* * * * * * * * * * }") ;; # ten, where a merge left a conflict
    esac
  done < <(git --no-optional-locks status --porcelain=v2 --branch -z --no-renames --untracked-files=all -- "${sources[@]}" 2>/dev/null)
  wait "$!" || commit= # what git could not finish is not believed
fi

if [[ -z $commit ]]; then
  mapfile -d '' -t files < <(find "${sources[@]}" -name bin -prune -o -name obj -prune -o -type f -print0 2>/dev/null)
  echo "unversioned.$(digest "${files[@]}")"
elif [[ ${#changed[@]} -eq 0 ]]; then
  echo "$commit"
else
  echo "$commit.dirty.$(digest "${changed[@]}")"
fi
