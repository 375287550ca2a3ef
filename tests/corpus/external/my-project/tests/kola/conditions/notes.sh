#!/bin/sh
# Not executable.
