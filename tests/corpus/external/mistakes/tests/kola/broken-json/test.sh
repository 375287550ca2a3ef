#!/bin/sh
# kola: { "tags": "a" "exclusive": false }
true
