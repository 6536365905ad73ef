import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
    environment: 'node',
    // By default one CPU is left to whoever waits: of two that is half.
    maxWorkers: availableParallelism(),
    setupFiles: ['./test/seed.ts'],
    reporters: ['default', './test/reporter/summary.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
  },
});
