import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/globalSetup.ts'],
    // As in a measuring process; TensorFlow's greetings would hide what the tests say.
    // The suite is about the CPU, on every machine; what needs a GPU is the campaign's.
    env: { TF_ENABLE_ONEDNN_OPTS: '0', TF_CPP_MIN_LOG_LEVEL: '1', CUDA_VISIBLE_DEVICES: '' },
    pool: 'forks', // TensorFlow can be loaded once per process
    testTimeout: 60_000, // real TensorFlow in child processes takes seconds to start
    hookTimeout: 120_000,
  },
});
