/** What formula sets say of one layer that is divided over devices. */

/** Of these; the first is the one whose terms the page names. */
const IDS = [
  'korthikanti-2022',
  'eleuther-transformer-math',
  'ultrascale-playbook',
  'llm-analysis-train',
  'megatron-theoretical-memory',
];

/**
 * For each set its id and `layer(config, t)`: bytes of activations that a layer more costs each of t tensor-parallel devices. `findEstimator`
 * and `oneDevice` are the package's.
 */
export function formulas(findEstimator, oneDevice) {
  return IDS.map((id) => {
    const estimator = findEstimator(id);
    const activations = (config, layers, tensorParallel) => {
      const deeper = { ...config, model: { ...config.model, layers } };
      return estimator.predict(deeper, { ...oneDevice, tensorParallel }).activations.total;
    };
    const layer = (config, t) =>
      activations(config, config.model.layers + 1, t) - activations(config, config.model.layers, t);
    return { id, layer };
  });
}
