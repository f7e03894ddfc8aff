/**
 * What tfjs-node finds under the name `@tensorflow/tfjs`: the core alone, without layers, data, converters and the backends of browsers,
 * which are two thirds of the time that loading tfjs takes.
 */
const core = require('@tensorflow/tfjs-core');

/** The backend of tfjs-node is compiled to ES5, and calls its base class as a function, which a class of the core refuses. */
function KernelBackend() {}
KernelBackend.prototype = core.KernelBackend.prototype;

// Data properties: those of a bundled module are getters, and every operation of a model goes through one.
module.exports = { ...core, KernelBackend, version: { 'tfjs-core': core.version_core } };
