#!/bin/sh
# Runs a command that must not outlive whoever started it: sh leash.sh command args...
# The starter keeps the other end of our standard input. When it goes away without a word, however it went, the
# command is asked to stop; a written line says that the command has ended by itself.
exec 9<&0 </dev/null
# shellcheck disable=SC2034
(read -r word <&9 || kill -TERM $$) 2>/dev/null &
exec 9<&-
exec "$@"
