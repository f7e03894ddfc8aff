#!/usr/bin/env node
/** The command `memproof`. */
import { runCompiled } from './bootstrap/entry.mjs';

await runCompiled(() => import('../dist/cli/main.js'));
