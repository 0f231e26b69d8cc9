import path from 'node:path';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * The rooms of src/ and webview/ and what each may import: the table of the architecture, from the ground up.
 * A room may always import from itself. A breach is a lint error, and a lint error fails the build.
 */
const rooms = {
  errors: [],
  lac: ['errors'],
  prompts: ['errors', 'lac'],
  models: ['errors', 'lac', 'prompts'],
  environments: ['errors', 'lac', 'prompts', 'models'],
  expressions: ['errors', 'lac', 'prompts', 'models', 'environments'],
  trajectories: ['errors', 'lac', 'prompts', 'models', 'environments', 'expressions'],
  episodes: ['errors', 'lac', 'prompts', 'models', 'environments', 'expressions', 'trajectories'],
  exchange: ['errors', 'lac', 'prompts', 'models', 'environments', 'expressions', 'trajectories', 'episodes'],
  evaluation: [
    'errors',
    'lac',
    'prompts',
    'models',
    'environments',
    'expressions',
    'trajectories',
    'episodes',
    'exchange',
  ],
};
const engine = Object.keys(rooms);
rooms.protocol = [...engine];
rooms.debugAdapter = [...engine, 'protocol'];
rooms.cli = [...engine, 'protocol', 'debugAdapter'];
rooms.ui = [...engine, 'protocol', 'debugAdapter'];
rooms['extension.ts'] = [...engine, 'protocol', 'debugAdapter', 'ui'];
rooms.webview = ['protocol', 'lac', 'expressions'];

/** Packages that only some rooms may import; `node:` stands for every built-in module of Node. */
const restrictedPackages = [
  { name: /^vscode$/, only: ['ui', 'extension.ts'] },
  {
    name: /^node:|^(fs|path|os|crypto|http|https|net|stream|worker_threads|child_process|zlib|url|util)$/,
    never: ['errors', 'lac', 'prompts', 'expressions', 'protocol', 'webview'],
  },
  { name: /^@vscode\/webview-ui-toolkit/, only: ['webview'] },
];

function roomOf(file) {
  const parts = path.relative(root, file).split(path.sep);
  if (parts[0] === 'webview') return 'webview';
  if (parts[0] !== 'src') return undefined;
  return parts[1];
}

const roomsPlugin = {
  rules: {
    imports: {
      meta: {
        type: 'problem',
        schema: [],
        messages: { room: '{{from}} may not import from {{to}}', pkg: '{{from}} may not import {{to}}' },
      },
      create(context) {
        const from = roomOf(context.filename);
        if (from === undefined) return {};
        const check = (node) => {
          const source = node.source?.value;
          if (typeof source !== 'string') return;
          if (source.startsWith('.')) {
            const to = roomOf(path.resolve(path.dirname(context.filename), source));
            if (to === undefined || to === from) return;
            if (!(rooms[from] ?? []).includes(to)) context.report({ node, messageId: 'room', data: { from, to } });
            return;
          }
          for (const rule of restrictedPackages) {
            if (!rule.name.test(source)) continue;
            if ((rule.only && !rule.only.includes(from)) || rule.never?.includes(from)) {
              context.report({ node, messageId: 'pkg', data: { from, to: source } });
            }
          }
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
        };
      },
    },
  },
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'training/out/**',
      'training/.venv/**',
      '.vscode-test/**',
      'media/**',
      'test/host/tool/**',
      'src/models/embedded/kernel/**',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { rooms: roomsPlugin },
    rules: {
      'rooms/imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // An index may always miss; the compiler option that would say so is too costly for the numeric rooms.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['test/**', 'training/**', 'src/cli/**'], rules: { 'no-console': 'off' } },
);
