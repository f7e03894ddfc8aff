#!/bin/sh
# memproof with the Node and the TensorFlow that lie beside it. A MEMPROOF_RUNTIME_DIR of the shell would name another TensorFlow.
unset MEMPROOF_RUNTIME_DIR
here=$(dirname "$(readlink -f "$0")")
# A pack of the CPU build has nothing for a GPU: where there is one, memproof would want to set TensorFlow up for it.
[ -d "$(echo "$here"/.runtime/tensorflow-*-gpu)" ] || export CUDA_VISIBLE_DEVICES=
exec "$here/bin/node" "$here/scripts/memproof.mjs" "$@"
