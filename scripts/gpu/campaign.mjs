/** The campaign's entry. What it does is in src/campaign. */
import { runCompiled } from '../bootstrap/entry.mjs';

await runCompiled(() => import('../../dist/campaign/main.js'));
