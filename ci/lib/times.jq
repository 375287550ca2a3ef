# A record's time ("at") in seconds since 1970.
def seconds: capture("^(?<s>[^.+Z]+)(?<f>[.][0-9]+)?") | ((.s + "Z") | fromdateiso8601) + ("0" + (.f // "") | tonumber);
