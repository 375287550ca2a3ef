#!/bin/sh
## kola:
##   additionalDisks: [5G, big]
true
