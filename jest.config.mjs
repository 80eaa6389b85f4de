/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.[jt]s$': ['@swc/jest'] },
  // These ship ES modules only.
  transformIgnorePatterns: [
    '/node_modules/(?!(content-disposition|dinero\\.js|jose|oauth4webapi|openid-client|p-throttle)/)',
  ],
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/draw-the-same.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 120_000,
  maxWorkers: 3,
}
