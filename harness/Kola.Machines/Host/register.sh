# Registers itself with a scope, then becomes the program. usage: setsid sh register.sh SCOPE LOG PROGRAM [ARGUMENT...]
# Registered first, checked second: either this sees that the scope is closed, or the reaper sees this.
scope=$1 log=$2
shift 2
start_time() { echo "${20}"; }
read -r stat <"/proc/$$/stat" || exit 125
# shellcheck disable=SC2086 # fields
start_time ${stat##*) } >"$scope/pids/$$" || exit 125
[ ! -e "$scope/closed" ] || exit 125
[ "$log" = - ] || exec >>"$log" 2>&1
exec "$@"
