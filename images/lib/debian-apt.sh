# shellcheck shell=bash
# Debian archives as the host itself names them, and a private apt that uses them without touching the host's configuration.

# debian_mirrors: prints the archive and, when known, the security archive, one URI each line; nothing where only the tools know a default.
# KOLA_DEBIAN_MIRROR overrides; the security archive is then left to the host's sources.
debian_mirrors() {
    local targets="" main="" security=""
    if [ "$(. /etc/os-release && echo "${ID:-}")" = debian ]; then
        # shellcheck disable=SC2016 # apt expands them
        targets=$(apt-get indextargets --no-release-info --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null) || targets=""
        main=$(awk -v r="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" '$1 == r || $1 == "stable" { print $2; exit }' <<<"$targets")
        security=$(awk '$1 ~ /-security$/ { print $2; exit }' <<<"$targets")
    fi
    main=${KOLA_DEBIAN_MIRROR:-$main}
    [ -z "$main" ] || printf '%s\n' "${main%/}"
    [ -z "$main" ] || [ -z "$security" ] || printf '%s\n' "${security%/}"
}

# debian_sources SUITE...: prints deb822 apt sources for these suites of the archive; with trixie, its security suite too.
debian_sources() {
    local mirrors keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mapfile -t mirrors < <(debian_mirrors)
    [ "${#mirrors[@]}" -gt 0 ] || return 0
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' "${mirrors[0]}" "$*" "$keyring"
    [ -z "${mirrors[1]:-}" ] || printf 'Types: deb\nURIs: %s\nSuites: %s-security\nComponents: main\nSigned-By: %s\n' "${mirrors[1]}" "$1" "$keyring"
}

# private_apt DIR COMMAND...: apt-get with the sources of DIR/sources.list.d and its lists, cache and package state below DIR.
private_apt() {
    local dir=$1
    shift
    mkdir -p "$dir"/{sources.list.d,preferences.d,state/lists/partial,cache/archives/partial}
    touch "$dir/state/status"
    apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$dir/sources.list.d" -o "Dir::Etc::PreferencesParts=$dir/preferences.d" \
        -o "Dir::State=$dir/state" -o "Dir::State::status=$dir/state/status" -o "Dir::Cache=$dir/cache" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
