# Runs an adapter program on a leash. usage: setsid sh -c LEASH sh LENGTH PROGRAM
# Standard input: LENGTH bytes for the program; then it stays open for as long as the owner wants the program to live. Its end, also by the owner's
# death, kills the whole process group, which this shell leads. So what the program leaves running ends with it, too.
question=$(head -c "$1") program=$2
exec 3<&0
{ cat <&3; kill -s KILL 0; } >/dev/null 2>&1 &
printf '%s' "$question" | "$program" 3<&-
exit
