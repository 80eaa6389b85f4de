import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'dist',
      'coverage',
      'sdk/dist',
      'sdk/generated',
      '**/*.generated.ts',
      'web/dist',
      '.daybook',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Numbers read well in messages ("holds 3 days"); everything else must be made text on purpose.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Classes of entities and GraphQL types are shapes: rows and plain objects take their places by design.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // An argument that only declares itself to the schema.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // type-graphql and TypeORM decorate classes that hold nothing but fields or static verbs.
      '@typescript-eslint/no-extraneous-class': 'off',
      // `() => Type` of a decorator and one-line doors.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'src/config.ts is the only reader of the environment.',
        },
      ],
      'no-restricted-globals': ['error', { name: 'parseFloat', message: 'No float touches days or money.' }],
    },
  },
  {
    // The settings of the process are read here, and by the tests and benchmarks that set them.
    files: ['src/config.ts', 'web/vite.config.mts', 'bin/**', 'test/**', 'bench/**', 'examples/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // What a person runs speaks to the terminal.
    files: ['scripts/**', 'bench/**', 'examples/**', '**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
  {
    // A handler of React's may wait: what goes wrong in it is told by the deed itself.
    files: ['web/**'],
    rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }] },
  },
  { files: ['**/*.mjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
)
