import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/globalSetup.ts'],
    // As in a measuring process; TensorFlow's greetings would hide what the tests say.
    env: { TF_ENABLE_ONEDNN_OPTS: '0', TF_CPP_MIN_LOG_LEVEL: '1' },
    pool: 'forks', // TensorFlow can be loaded once per process
    testTimeout: 60_000, // real TensorFlow in child processes takes seconds to start
    hookTimeout: 120_000,
  },
});
