/**
 * A worker thread that ends the process when its parent is gone. A step blocks the main thread for as long as it takes, so the
 * disconnect event would come too late: a measuring process must not outlive a sweep that was killed.
 */
import { workerData } from 'node:worker_threads';

const POLL_MS = 200;
const { parentPid } = workerData as { parentPid: number };

setInterval(() => {
  if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
}, POLL_MS);
