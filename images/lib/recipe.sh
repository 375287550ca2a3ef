# shellcheck shell=bash disable=SC2154
# What recipes that build with mkosi have in common; their `build` sources it and calls begin_recipe. The contract: ../README.md.
# The recipe sets here (its folder) and image (its name). From here it has release, output, work, trees and scratch, and the functions below.
# shellcheck source=images/lib/debian-apt.sh
. "$here/../lib/debian-apt.sh"

usage() {
    cat <<X
build --release N --output DIR --work DIR [--shared DIR] [--tree DIR]... [--trust NAME]... [--signer NAME]
Builds release N of $image.
  --release N    version of the release, such as 1 (letters, digits, '.', '-', '~', '^')
  --output DIR   an empty directory for the results
  --work DIR     cache shared by all releases: trees, signing key
  --shared DIR   cache shared by all recipes: mkosi, the tools tree; default: DIR/shared of --work
  --tree DIR     directory laid over this release's file system (holds usr/...); repeatable. KOLA_RELEASE_TREE=DIR:DIR does the same
  --trust NAME   the release brings the key of this signer, too; its key pair is made when it is first named. Repeatable
  --signer NAME  who signs the release; default: the checkout's own key
KOLA_DEBIAN_MIRROR=URI names the package archive; default: the host's own on Debian, mkosi's default elsewhere.
Needs root. The first release takes minutes, each further one seconds.
Exit codes: 0 built, 1 failed, 2 usage, 3 the host lacks tools.
X
}
bad() {
    echo "build: $1" >&2
    usage >&2
    exit 2
}

release="" output="" work="" shared="" trees=() trusted=() signer="" scratch="" mkosi_path=""
parse_arguments() {
    [ -z "${KOLA_RELEASE_TREE:-}" ] || IFS=: read -ra trees <<<"$KOLA_RELEASE_TREE"
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --release | --output | --work | --shared | --tree | --trust | --signer) [ $# -ge 2 ] || bad "$1 needs a value" ;;&
        --release) release=$2 ;;
        --output) output=$2 ;;
        --work) work=$2 ;;
        --shared) shared=$2 ;;
        --tree) trees+=("$2") ;;
        --trust) trusted+=("$2") ;;
        --signer) signer=$2 ;;
        *) bad "unknown argument $1" ;;
        esac
        shift 2
    done
    [[ $release =~ ^[A-Za-z0-9][A-Za-z0-9.~^-]*$ ]] || bad "--release needs a version of letters, digits, '.', '-', '~' or '^', beginning with a letter or digit"
    if [ -z "$output" ] || [ -z "$work" ]; then bad "--output and --work are needed"; fi
    [ -n "$shared" ] || shared=$work/shared
    if ! [ -d "$output" ] || [ -n "$(ls -A "$output")" ]; then bad "$output is not an empty directory"; fi
    for name in "${trusted[@]}" ${signer:+"$signer"}; do [[ $name =~ ^[a-z][a-z0-9-]*$ ]] || bad "'$name' is not a signer's name: expected lower-case letters, digits and '-'"; done
    for tree in "${trees[@]}"; do [ -d "$tree" ] || bad "--tree $tree is not a directory"; done
}

# phase NAME TEXT COMMAND...: one line for the reader, the command's own output in the log, its end on failure.
phase() {
    local name=$1 text=$2 log=$work/log/$1.log start=$SECONDS
    shift 2
    echo "$name: $text…"
    if ! "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        echo "build: $name failed; the whole log: $log" >&2
        exit 1
    fi
    echo "$name: done in $((SECONDS - start)) s"
}
# digest FILE...: of names, modes and contents below the recipe, so that the same recipe at another place is the same.
digest() { (cd "$here" && find "$@" ! -type d -printf '%p %m %l\n' | sort && find "$@" -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -c1-16; }

mkosi() {
    local directory=$1
    shift
    PYTHONPATH=$mkosi_path /usr/bin/python3 -m mkosi --directory "$here/$directory" --sandbox-tree "$work/sandbox" \
        --package-cache-dir "$work/packages" --cache-directory "$scratch" --workspace-directory "$scratch" "$@"
}

# mkosi itself: the host's from 25 on, else that of trixie, which apt verifies by its signature.
fetch_mkosi() {
    local apt=$scratch/apt
    mkdir -p "$apt/sources.list.d"
    debian_sources trixie >"$apt/sources.list.d/debian.sources"
    if [ ! -s "$apt/sources.list.d/debian.sources" ]; then
        echo "this host's mkosi is older than 25, and there is no Debian archive to take one from: set KOLA_DEBIAN_MIRROR"
        return 1
    fi
    private_apt "$apt" update && (cd "$apt" && private_apt "$apt" download mkosi) && dpkg-deb -x "$apt"/mkosi_*.deb "$scratch/mkosi" || return 1
    mv "$scratch/mkosi" "$shared/mkosi"
}
# have_mkosi: says where it is.
have_mkosi() {
    [[ $(/usr/bin/python3 -m mkosi --version 2>/dev/null) =~ ^mkosi\ (2[5-9]|[3-9][0-9]) ]] && return
    mkosi_path=$shared/mkosi/usr/lib/python3/dist-packages
    [ -d "$shared/mkosi" ]
}
# The archive that mkosi installs from.
prepare_sources() {
    local sources=$work/sandbox/etc/apt/sources.list.d/mkosi.sources
    rm -rf "$work/sandbox"
    mkdir -p "$(dirname "$sources")" "$work/packages"
    debian_sources trixie >"$sources"
    [ -s "$sources" ] || rm "$sources"
}

# stage NAME TEXT INPUT...: a tree that all releases share, named by the digest of what it is made from, and moved into place when whole.
declare -A stage_digest
tools=()
stage() {
    local name=$1 text=$2 place
    shift 2
    stage_digest[$name]=$(digest ../lib/tools "$@")
    place=$work/$name-${stage_digest[$name]}
    [ -e "$place" ] && return
    phase "$name" "$text" mkosi "$name" --output-directory "$scratch/$name" "${tools[@]}" build
    rm -rf "$work/$name"-*
    mv "$scratch/$name" "$place"
}

# What all recipes build with: mkosi, and the tree of tools that it runs. Whoever uses them holds the lock shared; they are made, and old ones
# deleted, by whoever holds it alone. Programs that are started inherit the lock: when this script is killed, the next build waits for them, too.
shared_tools() {
    local place
    place=$shared/tools-$(digest ../lib/tools)
    exec 8>"$shared/lock"
    flock -s 8
    if ! [ -d "$place" ] || ! have_mkosi; then
        flock -n 8 || { echo "waiting for another build in $shared" && flock 8; }
        have_mkosi || phase mkosi "fetching from Debian trixie" fetch_mkosi
        if ! [ -d "$place" ]; then
            phase tools "installing the build tools" mkosi ../lib/tools --output-directory "$scratch/tools" build
            rm -rf "$shared"/tools-*
            # The folders may lie on two file systems.
            rm -rf "$shared/.making"
            mv "$scratch/tools" "$shared/.making"
            mv "$shared/.making" "$place"
        fi
        flock -s 8
    fi
    tools=(--tools-tree "$place/tools")
}

# begin_recipe ARGUMENT...: takes the program's arguments, waits for its turn in the work folder, has mkosi and the tools ready.
begin_recipe() {
    parse_arguments "$@"
    [ "$(id -u)" = 0 ] || {
        echo "build: needs root; run it with sudo" >&2
        exit 1
    }
    missing=()
    for tool in apt-get dpkg-deb flock gpg jq python3 sha256sum; do command -v "$tool" >/dev/null || missing+=("$tool"); done
    [ "${#missing[@]}" = 0 ] || {
        echo "build: the host lacks ${missing[*]}: run ci/setup --for build" >&2
        exit 3
    }

    mkdir -p "$work/log" "$shared"
    output=$(realpath "$output") work=$(realpath "$work") shared=$(realpath "$shared")
    for i in "${!trees[@]}"; do trees[i]=$(realpath "${trees[i]}"); done
    # The programs that are started inherit the lock: when this script is killed, the next build waits until they are gone, too.
    exec 9>"$work/lock"
    flock -n 9 || { echo "waiting for another build in $work" && flock 9; }
    scratch=$work/scratch
    rm -rf "$scratch"
    mkdir -p "$scratch"
    trap 'rm -rf "$scratch"; for keys in "$work"/keys*/; do gpgconf --homedir "$keys" --kill gpg-agent 2>/dev/null 8>&- 9>&- || :; done' EXIT
    prepare_sources
    shared_tools
}
