#!/bin/sh
## kola:
##   conflicts: [ext.mistakes.other]
true
