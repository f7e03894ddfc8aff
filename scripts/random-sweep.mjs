#!/usr/bin/env node
/**
 * Draws a sweep of small random models and steps: every architecture switch and every technique, in mixes that nobody chose.
 * usage: node scripts/random-sweep.mjs NAME SEED COUNT > bench/sweeps/NAME.json   (after `npm run build`)
 */
import { obstacles } from '../dist/config/buildable.js';
import { configId } from '../dist/config/configId.js';
import { resolveConfig } from '../dist/config/resolve.js';

/** Mulberry32 (public domain): the same numbers on every machine. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function draw(random) {
  const among = (...values) => values[Math.floor(random() * values.length)];
  const between = (least, most) => least + Math.floor(random() * (most - least + 1));
  /** Often the plain value, so that mixes stay mixes of a few. */
  const mostly = (plain, ...others) => (random() < 0.45 ? plain : among(plain, ...others));
  const keyValueHeads = among(1, 1, 2, 3);
  const heads = keyValueHeads * among(1, 2, 3);
  const headSize = 2 * between(1, 12);
  const sequenceLength = between(2, 48);
  const microBatches = mostly(1, 2, 3);
  const attentionHeads = mostly({ heads }, { heads, keyValueHeads });
  return {
    model: {
      architecture: mostly('decoder', 'encoder', 'encoder-decoder'),
      layers: between(1, 4),
      hiddenSize: headSize * heads,
      ...attentionHeads,
      feedForwardSize: between(1, 160),
      vocabularySize: between(2, 600),
      maxPositions: sequenceLength + among(0, 0, 7),
      positions: mostly('learned', 'sinusoidal', 'rotary', 'none'),
      normalization: mostly('layer-norm', 'rms-norm'),
      normalizationPlacement: mostly('pre', 'post'),
      activation: mostly('gelu', 'gelu-tanh', 'relu', 'silu'),
      gatedFeedForward: mostly(false, true),
      biases: mostly(true, false),
      tiedEmbedding: mostly(true, false),
      dropout: mostly(0, 0.1),
    },
    batch: { size: microBatches * between(1, 4), sequenceLength },
    step: {
      optimizer: mostly('adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'adamax', 'adam-per-variable'),
      precision: mostly('float32', 'autocast-float16', 'autocast-bfloat16', 'mixed-float16', 'mixed-bfloat16'),
      savedTensors: mostly('autodiff', 'minimal'),
      backward: mostly('retaining', 'freeing'),
      checkpointing: mostly('none', 'block', 'sqrt', 'selective'),
      gradients: mostly('freed', 'kept'),
      microBatches,
    },
  };
}

const [, , name, seed, count] = process.argv;
const random = randomNumbers(Number(seed));
const drawn = new Map();
while (drawn.size < Number(count)) {
  const partial = draw(random);
  const runtime = { device: 'cpu', allocator: 'bfc' };
  const config = legal({ ...partial, runtime });
  if (config !== null) drawn.set(configId(config), partial);
}

/** Null for a mix that contradicts itself, or cannot be built. */
function legal(partial) {
  try {
    const config = resolveConfig(partial);
    return obstacles(config).length === 0 ? config : null;
  } catch {
    return null;
  }
}

const description = `${count} small random models and steps, drawn with the seed ${seed}: every switch and every technique, in mixes that nobody chose`;
const list = [...drawn.values()].map((partial) => `    ${JSON.stringify(partial)}`);
process.stdout.write(`{
  "name": "${name}",
  "description": "${description}",
  "base": { "runtime": { "allocator": "bfc" } },
  "list": [
${list.join(',\n')}
  ]
}
`);
