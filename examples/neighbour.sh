#!/bin/sh
# Burns the CPU it is put on until it is killed; examples/record.sh starts it.
while :; do :; done
