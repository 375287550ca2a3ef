#!/bin/sh
test "$(cat /etc/animal)" = cat
