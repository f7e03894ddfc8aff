#!/usr/bin/env node
/** Makes the generated blocks of docs/estimators.md anew: `npm run docs:estimators`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { changedKeys } from '../dist/config/perturb.js';
import { resolveConfig } from '../dist/config/resolve.js';
import { groundOf } from '../dist/estimators/estimator.js';
import { ESTIMATORS } from '../dist/estimators/index.js';
import { deploymentKeys, isIgnored, keyTable } from '../dist/estimators/keyTable.js';
import { page } from './estimators/page.mjs';

const file = fileURLToPath(new URL('../docs/estimators.md', import.meta.url));
const tools = { keyTable, deploymentKeys, isIgnored, groundOf, plain: resolveConfig({}), changedKeys };
writeFileSync(file, page(readFileSync(file, 'utf8'), ESTIMATORS, tools));
process.stderr.write('memproof: wrote docs/estimators.md\n');
