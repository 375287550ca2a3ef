# Ends what a Kola process leaves behind. usage: setsid sh reaper.sh SCOPE [DIRECTORY...]
# Standard input is a pipe whose other end the owner holds: its end means that the owner has closed the scope or died,
# by whatever signal. SCOPE/pids/PID holds the start time of each registered process (field 22 of /proc/PID/stat), so that a
# reused process id is never hit.
scope=$1
trap '' HUP INT TERM
cd / || exit 1
echo ready
exec >/dev/null 2>&1
while read -r _; do :; done

# From here on register.sh refuses to start anything; whatever it started before is listed below.
: >"$scope/closed"

state_and_start() { echo "$1 ${20}"; }
state_of() { # PID START: the state of the process of that start time; fails when there is none
  stat=$(cat "/proc/$1/stat") || return 1
  # shellcheck disable=SC2046,SC2086 # fields
  set -- "$2" $(state_and_start ${stat##*) })
  [ "$3" = "$1" ] && echo "$2"
}

rounds=0
while [ "$rounds" -lt 200 ]; do
  rounds=$((rounds + 1)) left=
  for file in "$scope"/pids/*; do
    [ -e "$file" ] || continue
    pid=${file##*/}
    state=$(state_of "$pid" "$(cat "$file")") || continue
    # Each registered process leads its own group: its helpers go with it. (dash takes -- only after -s.)
    kill -s KILL -- "-$pid"
    # A zombie is dead; its parent may never ask for it.
    [ "$state" = Z ] || left=1
  done
  [ -n "$left" ] || break
  sleep 0.05
done
rm -rf -- "$@"
