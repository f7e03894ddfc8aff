/** Node itself: its interface for addons, and the functions that tfjs wants of it. */
import { ADDON_PATH } from '../installation.ts';
import { type Finding, fatal, ok } from './finding.ts';
import type { Probed } from './probe.ts';
import type { NodeFacts } from './probes/node.ts';

/** The addon is compiled for the Node-API of this version, which is in its path: lib/napi-v8. */
const ADDON_NODE_API = Number(/napi-v(\d+)/.exec(ADDON_PATH)?.[1]);

export const nodeFindings = (probed: Probed<NodeFacts>): Finding[] => [
  ok('node', `Node ${process.versions.node}.`),
  nodeApiFinding(Number(process.versions['napi'])),
  utilFinding(process.versions.node, probed),
];

export function nodeApiFinding(version: number): Finding {
  const fact = `Node-API ${version}; the addon uses ${ADDON_NODE_API}.`;
  if (version >= ADDON_NODE_API) return ok('node-api', fact);
  return fatal('node-api', { fact, remedy: 'Use Node 20.19 or newer.' });
}

/** Node 23 removed util.isNullOrUndefined and util.isArray, which tfjs-node-gpu 4.22.0 calls: nodeCompatibility.ts. */
export function utilFinding(version: string, probed: Probed<NodeFacts>): Finding {
  const { missing, refusal } = 'facts' in probed ? probed.facts : { missing: ['Node'], refusal: probed.failure };
  if (missing.length === 0) {
    const removed = Number.parseInt(version, 10) >= 23;
    return ok('node-util', `What tfjs wants of Node is there${removed ? ' (put back; Node 23 removed it)' : ''}.`);
  }
  return fatal('node-util', {
    fact: `${missing.join(' and ')}, which tfjs calls, cannot be put back.`,
    cause: refusal ?? undefined,
    remedy: 'Unset NODE_OPTIONS if it preloads something that freezes `util`, or use Node 20 or 22.',
  });
}
