#!/bin/sh
## kola:
##   tags: a
## kola:
##   tags: b
true
