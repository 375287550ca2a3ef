# Where the time of a recorded attempt went, in seconds. Called with --slurpfile events (its events) and --slurpfile journal (its machine's
# journal.jsonl). A boot is split by the guest's own clock, which begins with the host's, so parts are good to about a second.
include "times";
def rounded: . * 10 | round / 10;
# systemd.time(7), as "Startup finished" writes it: 1min 11.463s
def span: [scan("([0-9.]+)(min|ms|s)") | (.[0] | tonumber) * {min: 60, s: 1, ms: 0.001}[.[1]]] | add // 0;
def named($name): (.MESSAGE | capture("(?<t>[^=+]*?) \\(" + $name + "\\)").t | sub(".* in "; "") | span);

($events | map(select(.type == "attempt-started") | .at | seconds) | first) as $begun
| ($events | map(select(.type == "attempt-finished") | .at | seconds) | first) as $ended
| ($events | map(select(.type == "step-started")) | map({key: (.step | tostring), value: .kind}) | from_entries) as $kinds
| ($events | map(select(.type == "step-finished") | {kind: $kinds[.step | tostring], seconds})) as $steps
# Machine states that a boot follows on.
| ($events | map(select(.type == "machine" and (.state == "started" or .state == "reset")) | .at | seconds)) as $starts
| [$journal | map(select(._BOOT_ID)) | group_by(._BOOT_ID)[]
    | (first | (.__REALTIME_TIMESTAMP | tonumber) / 1e6 - (.__MONOTONIC_TIMESTAMP // "0" | tonumber) / 1e6) as $kernel
    | ([$starts[] | select(. < $kernel + 1)] | max) as $start
    | select($start != null and $kernel - $start < 120)
    | (map(select((.MESSAGE | type) == "string" and (.MESSAGE | startswith("Startup finished in")))) | first) as $up
    | {kernel: $kernel, firmware: ([$kernel - $start, 0] | max | rounded)}
      + (if $up then {kernelSeconds: ($up | named("kernel")), initrd: ($up | named("initrd")), userspace: ($up | named("userspace"))} else {} end)]
  as $boots
| {
    total: ($ended - $begun | rounded),
    steps: ($steps | group_by(.kind) | map({key: first.kind, value: (map(.seconds) | add | rounded)}) | from_entries),
    boots: ($boots | sort_by(.kernel) | map(del(.kernel))),
    # What is in no step is Kola's alone: planning, taking down, writing.
    harness: (($ended - $begun) - ($steps | map(.seconds) | add) | rounded)
  }
