#!/bin/sh
set -eu
test "$(cat "$KOLA_EXT_DATA/animal")" = cat
"$KOLA_EXT_DATA/tools/ok" "the data is there"
