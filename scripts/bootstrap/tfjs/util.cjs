/** Node's `util` with what tfjs-node still asks it for, and newer Nodes warn of or no longer have (nodejs_kernel_backend.ts, kernels/). */
const util = require('node:util');

module.exports = Object.assign(Object.create(util), {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
});
