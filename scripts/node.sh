# Puts the private Node of scripts/setup.sh before that of the machine, where there is one. To be sourced.
HOSPES_NODE=${XDG_CACHE_HOME:-$HOME/.cache}/hospes/node/node_modules/node/bin
export HOSPES_NODE PATH="$HOSPES_NODE:$PATH"
