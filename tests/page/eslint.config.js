/** What the modules of the page are held to: faults, and who may import whom. Looks are not judged. */
import js from '@eslint/js';
import globals from 'globals';

const FAULTS = {
  'array-callback-return': 'error',
  'default-case-last': 'error',
  eqeqeq: 'error',
  'no-constructor-return': 'error',
  'no-duplicate-imports': 'error',
  'no-eval': 'error',
  'no-implicit-globals': 'error',
  'no-implied-eval': 'error',
  'no-new-wrappers': 'error',
  'no-promise-executor-return': 'error',
  'no-self-compare': 'error',
  'no-shadow': 'error',
  'no-template-curly-in-string': 'error',
  'no-throw-literal': 'error',
  'no-unreachable-loop': 'error',
  'no-unused-vars': 'error',
  'no-use-before-define': ['error', { functions: false, variables: false }],
  'no-var': 'error',
  'prefer-const': 'error',
  'prefer-promise-reject-errors': 'error',
  radix: 'error',
  'require-atomic-updates': 'error',
};

/** A module of this folder imports only from below. */
const below = (...above) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: `(${above.join('|')})`, message: 'A module imports from its own floor or from below: lib, words, parts, pages.' }] }],
});

const STATEMENTS = ':not(ImportDeclaration, ExportNamedDeclaration, FunctionDeclaration, ClassDeclaration, VariableDeclaration)';
const message = 'Importing a module changes nothing: only a page acts, by calling start().';
const acts = (selector) => ({ 'no-restricted-syntax': ['error', { selector, message }] });

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.browser },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    rules: FAULTS,
  },
  { files: ['**/js/lib/*.js', '**/js/words.js', '**/js/parts/*.js'], rules: acts(`Program > ${STATEMENTS}`) },
  { files: ['**/js/pages/*.js'], rules: acts(`Program > ${STATEMENTS}:not(ExpressionStatement[expression.callee.name="start"])`) },
  { files: ['**/js/lib/*.js'], rules: below('words', '/parts/', '/pages/') },
  { files: ['**/js/words.js'], rules: below('/parts/', '/pages/') },
  { files: ['**/js/parts/*.js'], rules: below('/pages/') },
  { files: ['**/js/pages/*.js'], rules: below('^\\./', '/pages/') },
];
