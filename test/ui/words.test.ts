import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { conditionWords } from '../../src/debugAdapter/capabilities';
import { environmentKinds } from '../../src/environments/registry';
import { filterSpecs } from '../../src/episodes/stepping/filters';
import { catalogue } from '../../src/errors/catalogue';
import { functions, names } from '../../src/expressions';
import { operatorHelp } from '../../src/expressions/completion';
import { methodRules } from '../../src/lac/methods';
import { parameterSpecs } from '../../src/lac/parameters';
import { optionSpecs } from '../../src/prompts/options';
import { variables } from '../../src/prompts/variables';
import examples from '../../media/data/examples/examples.json';

const root = path.resolve(__dirname, '../..');

type Words = Readonly<Record<string, string>>;
const readWords = (file: string): Words => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Words;

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/u.test(name))
    .map((name) => path.join(folder, name))
    .sort();
}

/** Which arguments of a call are words: of `vscode.l10n.t`, of the engine's `phrase`, and of the page's own functions. */
function wordArguments(call: ts.CallExpression, page: boolean): readonly ts.Expression[] {
  const { expression, arguments: given } = call;
  if (ts.isPropertyAccessExpression(expression)) {
    return expression.name.text === 't' && expression.expression.getText().endsWith('l10n') ? given.slice(0, 1) : [];
  }
  if (!ts.isIdentifier(expression)) return [];
  switch (expression.text) {
    case 'phrase':
      return given.slice(0, 1);
    case 't':
      return page ? given.slice(0, 1) : [];
    case 'plural':
      return page ? given.slice(1, 3) : [];
    default:
      return [];
  }
}

/** The one place where the texts of the catalogue meet the table. */
const translator = path.join('src', 'ui', 'log.ts');

/** The texts of an argument: of a literal, or of each arm of a choice. What is neither cannot be translated. */
function textsOf(argument: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(argument)) return [argument.text];
  if (ts.isConditionalExpression(argument)) return [...textsOf(argument.whenTrue), ...textsOf(argument.whenFalse)];
  // The texts of errors are listed by the catalogue.
  if (argument.getSourceFile().fileName === translator) return [];
  // What a method or a parameter says of itself stands in its table.
  if (ts.isPropertyAccessExpression(argument) && argument.name.text === 'description') return [];
  // What an example says stands in the list of examples.
  if (ts.isPropertyAccessExpression(argument) && argument.expression.getText() === 'example') return [];
  throw new Error(`${argument.getSourceFile().fileName}: ${argument.getText()} is no literal text`);
}

function wordsIn(file: string): string[] {
  const page = file.startsWith('webview');
  if (file === path.join('webview', 'words.ts')) return [];
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found.push(...wordArguments(node, page).flatMap(textsOf));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const spoken = new Set(['alt', 'aria-label', 'label', 'placeholder', 'title']);

/** Whether a reader meets what stands in an expression here: as content, or in an attribute that is spoken. */
function isShown(place: ts.Node): boolean {
  return ts.isJsxElement(place) || (ts.isJsxAttribute(place) && spoken.has(place.name.getText()));
}

/** The literal pieces of an expression, of each arm of a choice; what a call makes is its own affair. */
function literalsOf(expression: ts.Expression | undefined): readonly string[] {
  if (expression === undefined) return [];
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isParenthesizedExpression(expression)) return literalsOf(expression.expression);
  if (ts.isConditionalExpression(expression)) {
    return [...literalsOf(expression.whenTrue), ...literalsOf(expression.whenFalse)];
  }
  if (ts.isBinaryExpression(expression)) {
    const right = literalsOf(expression.right);
    switch (expression.operatorToken.kind) {
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return right;
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.PlusToken:
        return [...literalsOf(expression.left), ...right];
      default:
        return [];
    }
  }
  if (ts.isTemplateExpression(expression)) {
    const spans = expression.templateSpans.flatMap((span) => [span.literal.text, ...literalsOf(span.expression)]);
    return [expression.head.text, ...spans];
  }
  return [];
}

/** Words that stand in the page's markup itself, which no table translates. */
function untranslatedIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const note = (text: string): void => {
    if (/\p{L}{2}/u.test(text)) found.push(`${file}: ${text.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node.text);
    if (ts.isJsxAttribute(node) && spoken.has(node.name.getText()) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) note(node.initializer.text);
    }
    if (ts.isJsxExpression(node) && isShown(node.parent)) literalsOf(node.expression).forEach(note);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What an error says is translated by its texts; one that is filled whole has nothing to translate. */
const errors = Object.values(catalogue)
  .flatMap(({ what, toDo }) => [what, toDo])
  .filter((text) => !/^\{\w+\}$/u.test(text));
/** What methods, parameters, environments, exception filters and the languages of expressions and prompts say of themselves. */
const tables = [
  ...[...Object.values(methodRules), ...Object.values(parameterSpecs)].map(({ description }) => description),
  ...environmentKinds.flatMap(({ description, variants }) => [description, ...Object.values(variants ?? {})]),
  ...Object.values(filterSpecs).flatMap(({ label, description }) => [label, description]),
  ...Object.values(conditionWords),
  ...[...Object.values(names), ...Object.values(functions)].map(({ description }) => description),
  ...Object.values(operatorHelp),
  ...[...variables, ...optionSpecs].map(({ description }) => description),
];
const used = [
  ...new Set([
    ...[...sources('src'), ...sources('webview')].flatMap(wordsIn),
    ...tables,
    ...examples.flatMap(({ shows, look }) => [shows, look]),
    ...errors,
  ]),
].sort();
const english = path.join('l10n', 'bundle.l10n.json');

// `UPDATE_WORDS=1 npx vitest run test/ui/words.test.ts` writes what the code says into the bundle.
if (process.env['UPDATE_WORDS'] === '1') {
  const bundle = Object.fromEntries(used.map((text) => [text, text]));
  writeFileSync(path.join(root, english), `${JSON.stringify(bundle, null, 2)}\n`);
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{+\w+\}+/gu) ?? [])].sort();
const languages = readdirSync(path.join(root, 'l10n')).flatMap((file) => {
  const match = /^bundle\.l10n\.([\w-]+)\.json$/u.exec(file);
  return match === null ? [] : [match[1]];
});

describe('the words', () => {
  // After a new text: the command above, then its translation in each bundle.l10n.<language>.json.
  it('are in the bundle, each as the code says it', () => {
    expect(readWords(english)).toEqual(Object.fromEntries(used.map((text) => [text, text])));
  });

  it('stand nowhere in the page’s markup itself', () => {
    const pages = sources('webview').filter((file) => file.endsWith('.tsx'));
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap(untranslatedIn)).toEqual([]);
  });

  it('are translated at least once', () => {
    expect(languages).toContain('de');
  });

  it.each(languages)('are complete in %s, with the same placeholders', (language) => {
    for (const [original, translated] of [
      [english, path.join('l10n', `bundle.l10n.${language}.json`)],
      ['package.nls.json', `package.nls.${language}.json`],
    ]) {
      const words = readWords(original);
      const others = readWords(translated);
      expect(Object.keys(words).filter((key) => others[key] === undefined || others[key] === '')).toEqual([]);
      expect(Object.keys(others).filter((key) => words[key] === undefined)).toEqual([]);
      for (const [key, text] of Object.entries(words)) {
        expect(placeholders(others[key]), key).toEqual(placeholders(text));
        // Commands and addresses in a text stay what they are.
        expect(others[key].match(/\]\([^)]*\)|`[^`]*`|\$\([\w-]+\)/gu) ?? [], key).toEqual(
          text.match(/\]\([^)]*\)|`[^`]*`|\$\([\w-]+\)/gu) ?? [],
        );
      }
    }
  });
});
