import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LacError } from '../../src/errors/lacError';
import { seededRandom } from '../../src/lac/random';
import {
  builtinSets,
  builtinText,
  completePrompt,
  contentHash,
  describePrompt,
  diagnoseLabels,
  diagnoseLength,
  diagnosePart,
  diagnosticMessage,
  estimateTokens,
  openPromptSet,
  optionSpecs,
  optionsOf,
  parsePromptFile,
  partOfFile,
  positionAt,
  PromptRenderer,
  TokenRatio,
  variables,
  type PartId,
} from '../../src/prompts';
import { testSeed } from '../support/seed';

const settings = { taskType: 'go to', thoughts: true, reflections: true, wrap: null };

/** Codes and marked texts of what is wrong with a file. */
function problems(part: PartId, text: string): [string, string][] {
  return diagnosePart(part, parsePromptFile(text)).map(({ code, span }) => [code, text.slice(span.start, span.end)]);
}

describe('diagnostics', () => {
  it.each<[string, PartId, string, [string, string][]]>([
    ['nothing', 'head', 'Rules.\n\n{{history}}\n', []],
    ['a misspelt variable', 'head', '{{histroy}}\n{{history}}', [['prompt.unknown-variable', 'histroy']]],
    ['an empty variable', 'actor', '{{}}\n{{rollout}}\n{{slot}}', [['prompt.unknown-variable', '{{}}']]],
    ['a tail without slot', 'critic', '{{rollout}}\n', [['prompt.missing-slot', '}']]],
    ['a tail without rollout', 'forward', '{{slot}}\n', [['prompt.missing-slot', '}']]],
    ['a head without history', 'head', 'Rules.', [['prompt.missing-slot', '.']]],
    ['text behind the slot', 'actor', '{{rollout}}\n{{slot}}\nGo.\n', [['prompt.text-after-slot', 'Go.']]],
    ['a block inside a line', 'head', 'Now: {{history}}', [['prompt.inline-block', 'history']]],
    ['a block twice', 'head', '{{history}}\n{{history}}', [['prompt.repeated-block', 'history']]],
    ['white space at the end', 'actor', '{{rollout}}\n{{slot}}  \n', [['prompt.trailing-space', '  ']]],
    ['open braces', 'head', '{{goal\n{{history}}', [['prompt.unclosed-braces', '{{']]],
    ['open braces before others', 'head', '{{a {{goal}}\n{{history}}', [['prompt.unclosed-braces', '{{']]],
    ['escaped braces', 'head', 'Write \\{{goal}}.\n{{history}}', []],
    ['a comment', 'head', '{{! not {rendered} }}\n{{history}}', []],
    ['an empty file', 'actor', ' \n\n', [['prompt.empty', ' \n\n']]],
    [
      'a control character',
      'head',
      'a\u0007b\u200Bc\n{{history}}',
      [
        ['prompt.control-character', '\u0007'],
        ['prompt.control-character', '\u200B'],
      ],
    ],
    ['a variable of a tail', 'head', '{{action}}\n{{history}}', [['prompt.misplaced-variable', 'action']]],
    ['a variable in examples', 'examples', 'Goal: {{goal}}', [['prompt.misplaced-variable', 'goal']]],
    ['a head that changes', 'head', 'Step {{step}}.\n{{history}}', [['prompt.head-changes', 'step']]],
    ['options without end', 'head', '---\nwrap: chat\n{{history}}\n', [['prompt.front-matter-unclosed', '---']]],
    ['an unknown option', 'head', '---\nwarp: chat\n---\n{{history}}', [['prompt.unknown-option', 'warp']]],
    [
      'a wrong value',
      'head',
      '---\nhistory: {steps: 0, observations: all}\n---\n{{history}}',
      [['prompt.option-value', '0']],
    ],
    ['an option twice', 'head', '---\nwrap: chat\nwrap: none\n---\n{{history}}', [['prompt.option-repeated', 'wrap']]],
    ['no option', 'head', '---\nwrap chat\n---\n{{history}}', [['prompt.option-syntax', 'wrap chat']]],
    [
      'options in a tail',
      'actor',
      '---\nwrap: chat\n---\n{{rollout}}\n{{slot}}',
      [['prompt.option-misplaced', '---\nwrap: chat\n---']],
    ],
    [
      'a marker that ends in white space',
      'head',
      '---\nmarkers: {action: "> "}\n---\n{{history}}',
      [['prompt.option-value', '"> "']],
    ],
  ])('%s', (_, part, text, expected) => {
    expect(problems(part, text)).toEqual(expected);
    for (const end of ['\r\n']) {
      const codes = diagnosePart(part, parsePromptFile(text.replaceAll('\n', end))).map(({ code }) => code);
      expect(codes).toEqual(expected.map(([code]) => code));
    }
  });

  it('says what to do, with the names filled in', () => {
    const [found] = diagnosePart('head', parsePromptFile('{{gaol}}\n{{history}}'));
    expect(diagnosticMessage(found)).toBe('There is no variable {{gaol}}. Did you mean {{goal}}?');
    for (const text of ['{{x}} {{slot}}', '---\nq: 1\n---', '---\nwrap: 1\n---\n', '{{']) {
      for (const diagnostic of diagnosePart('critic', parsePromptFile(text))) {
        expect(diagnosticMessage(diagnostic)).not.toMatch(/(?<!\{)\{(part|name|hint|value|expected)\}/);
      }
    }
  });

  it('finds equal markers, label words with one token, prompts that are too long', () => {
    const head = '---\nmarkers: {critic: "Action:"}\n---\n{{history}}';
    const set = openPromptSet('babyai-text', [{ name: 'head.lac-prompt.md', text: head }]);
    expect(set.diagnostics.map(({ code }) => code)).toEqual(['prompt.equal-markers']);
    const critic = { id: 'critic', syntax: parsePromptFile('{{rollout}}\n{{slot}}') } as const;
    expect(diagnoseLabels(critic, null)).toEqual([]);
    const [label] = diagnoseLabels(critic, ' ');
    expect([label.code, label.args]).toEqual([
      'prompt.labels-share-token',
      { words: 'GOOD, BAD, UNKNOWN', token: ' ' },
    ]);
    expect(label.span).toEqual({ start: 12, end: 20 });
    expect(diagnoseLength(critic, 4097, 4096)).toHaveLength(1);
    expect(diagnoseLength(critic, 4097, null)).toEqual([]);
    expect(problems('actor', `${'a'.repeat(1_000_001)}\n{{rollout}}\n{{slot}}`)[0][0]).toBe('prompt.too-long');
  });
});

describe('a prompt set', () => {
  it('takes files in place of built-in parts and knows which are changed', () => {
    const same = builtinText('babyai-text', 'actor') ?? '';
    const set = openPromptSet('babyai-text', [
      { name: '/a/b/actor.lac-prompt.md', text: same },
      { name: 'critic.lac-prompt.md', text: 'Be strict.\n{{rollout}}\n{{slot}}\n' },
    ]);
    const states = (['head', 'actor', 'critic'] as const).map((id) => [
      set.parts.get(id)?.origin,
      set.parts.get(id)?.changed,
    ]);
    expect(states).toEqual([
      ['built-in', false],
      ['file', false],
      ['file', true],
    ]);
    expect(set.parts.get('actor')?.hash).toBe(createHash('sha256').update(same).digest('hex'));
    expect(openPromptSet('babyai-text', [{ name: 'actor.lac-prompt.md', text: same }]).hash).toBe(
      openPromptSet('babyai-text').hash,
    );
    expect(set.hash).not.toBe(openPromptSet('babyai-text').hash);
  });

  it('gives a role the head that it owns, with the options of both', () => {
    const set = openPromptSet('alfworld', [
      { name: 'head.critic.lac-prompt.md', text: '---\nhistory.steps: 2\n---\nJudge.\n{{history}}' },
    ]);
    expect(set.diagnostics).toEqual([]);
    expect(optionsOf(set, 'critic')).toMatchObject({
      history: { observations: 'all', steps: 2 },
      markers: { action: '>' },
    });
    const renderer = new PromptRenderer(set, settings);
    const transcript = { goal: 'g', firstObservation: 'o', steps: [], thoughts: [] };
    const asked = { slot: 'action', transcript, imagined: [], prefix: '' } as const;
    expect(renderer.render({ ...asked, role: 'critic' }).segments[0]).toBe('Judge.\n');
    expect(renderer.render({ ...asked, role: 'actor' }).segments[0]).toMatch(/^Interact with a household/);
  });

  it('does not render with errors: names file, line, column and reason', () => {
    const set = openPromptSet('babyai-text', [
      { name: 'critic.lac-prompt.md', text: 'Be\n strict {{gaol}}\n{{rollout}}\n{{slot}}' },
    ]);
    expect(() => new PromptRenderer(set, settings)).toThrow(
      /critic\.lac-prompt\.md, line 2, column 11: There is no variable \{\{gaol\}\}\. Did you mean \{\{goal\}\}\?/,
    );
    expect(() => openPromptSet('nowhere')).toThrow(LacError);
    expect(() => openPromptSet('webshop', [{ name: 'notes.md', text: '' }])).toThrow(/notes\.md/);
  });

  it('has a part for a file name or none', () => {
    const names = [
      'head',
      'critic',
      'head.actor',
      'examples',
      'examples.go-to',
      'head.x',
      'examples.Go',
      'x',
      'head.actor.x',
      '',
    ];
    expect(names.map((name) => partOfFile(`${name}.lac-prompt.md`))).toEqual([
      ...names.slice(0, 5),
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(partOfFile('head.md')).toBeNull();
  });

  it('hashes as SHA-256 does', () => {
    for (const text of ['', 'abc', 'ä€😀\uD800', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'y'.repeat(100_000)]) {
      expect(contentHash(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });

  it('estimates tokens, better once a model has counted', () => {
    const ratio = new TokenRatio();
    expect(estimateTokens('x'.repeat(10), ratio.charactersPerToken)).toBe(3);
    ratio.learn(100, 0);
    ratio.learn(100, 50);
    expect(estimateTokens('x'.repeat(10), ratio.charactersPerToken)).toBe(5);
    expect(estimateTokens('')).toBe(0);
  });
});

describe('while writing a prompt file', () => {
  const complete = (part: PartId, marked: string): string[] => {
    const offset = marked.indexOf('|');
    return completePrompt(part, parsePromptFile(marked.replace('|', '')), offset).map(({ insert }) => insert);
  };
  it.each<[PartId, string, string[]]>([
    ['head', 'a {{his|', ['history}}']],
    ['head', 'a {{go|}}', ['goal']],
    ['actor', '{{s|}}', ['slot', 'step']],
    ['actor', 'plain|', []],
    ['actor', '{{goal}} |', []],
    ['examples', '{{|', []],
    ['head', '---\nwr|\n---\n{{history}}', ['wrap: ']],
    ['head', '---\nwrap: c|\n---\n{{history}}', ['chat']],
    ['head', '---\nhistory: {st|}\n---\n', ['steps: ']],
    ['head', '---\nhistory: {steps: 3, observations: a|}\n---\n', ['all']],
    ['head', '---\nmarkers:\n  act|\n---\n', ['action: ']],
  ])('%s: %s', (part, marked, expected) => {
    expect(complete(part, marked)).toEqual(expected);
  });

  it('describes variables and options where they stand', () => {
    const text = '---\nhistory: {observations: 3}\n---\nOf {{goal}}.\n{{history}}';
    const file = parsePromptFile(text);
    expect(describePrompt(file, text.indexOf('observations') + 2)?.name).toBe('history.observations');
    expect(describePrompt(file, text.indexOf('goal'))).toMatchObject({ name: 'goal' });
    expect(describePrompt(file, text.indexOf('Of'))).toBeNull();
    for (const { description } of [...variables, ...optionSpecs]) expect(description).toMatch(/\.$/);
  });
});

describe('any file', () => {
  it('is read, checked and rendered, or refused by a LacError, and every character has an origin', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const pieces = [
      ...variables.map(({ name }) => `{{${name}}}`),
      ...[
        '{{',
        '}}',
        '\\',
        '{{!x}}',
        '\n',
        '\n',
        '\r\n',
        '\r',
        ' ',
        '---\n',
        '---',
        'a',
        'Action:',
        '\u0000',
        '\uFEFF',
        '😀',
      ],
      ...[
        'wrap: chat',
        'history: {steps: 2}',
        'history:\n  steps: 1',
        'markers.action: x',
        ': ',
        '{',
        '}',
        ',',
        '"',
        '#',
      ],
    ];
    const pick = (): string => pieces[Math.floor(random.next() * pieces.length)];
    const parts: PartId[] = ['head', 'actor', 'critic', 'head.critic', 'examples.go-to'];
    let rendered = 0;
    for (let round = 0; round < 2000; round += 1) {
      const part = parts[round % parts.length];
      const body = Array.from({ length: Math.floor(random.next() * 12) }, pick).join('');
      const mended = random.next() < 0.5 ? `\n{{${part.startsWith('head') ? 'history' : 'rollout}}\n{{slot'}}}\n` : '';
      const text = body + mended;
      const file = parsePromptFile(text);
      completePrompt(part, file, Math.floor(random.next() * (text.length + 1)));
      const found = diagnosePart(part, file);
      for (const { span } of found) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(text.length);
        positionAt(text, span.start);
      }
      const set = openPromptSet('babyai-text', [{ name: `${part}.lac-prompt.md`, text }]);
      try {
        const renderer = new PromptRenderer(set, { ...settings, thoughts: random.next() < 0.5 });
        const transcript = { goal: 'g', firstObservation: 'o', steps: [], thoughts: [] };
        const role = part === 'actor' ? 'actor' : 'critic';
        const explained = renderer.explain({ role, slot: 'action', transcript, imagined: [], prefix: '' });
        expect(explained.spans.reduce((at, span) => (span.start === at ? span.end : -1), 0)).toBe(
          explained.text.length,
        );
        expect(explained.text.endsWith('Action:') || explained.text.endsWith('x')).toBe(true);
        rendered += 1;
      } catch (error) {
        expect([text, error instanceof LacError]).toEqual([text, true]);
      }
    }
    expect(rendered).toBeGreaterThan(200);
  });

  it('is read in linear time, so that hostile ones of a megabyte are read at all', () => {
    for (const text of [
      '{{'.repeat(400_000),
      '}}{{'.repeat(200_000),
      '---\n'.repeat(200_000),
      '\n'.repeat(800_000),
      '{{a '.repeat(200_000),
    ]) {
      expect(parsePromptFile(text).text).toBe(text);
    }
  });
});

describe('the examples that ship', () => {
  it('end every reflection in a verdict, and use each of the verdicts', () => {
    for (const { id, parts } of builtinSets) {
      const examples = Object.entries<string | undefined>(parts).filter(([name]) => name.startsWith('examples'));
      const reflections = examples.flatMap(([, text]) => (text ?? '').match(/^(?:Critic:|==> critic:).*$/gm) ?? []);
      for (const reflection of reflections) expect(reflection).toMatch(/\. This step is (GOOD|BAD|UNKNOWN)\.$/);
      if (id === 'babyai-text-embedded') continue;
      for (const verdict of ['GOOD', 'BAD', 'UNKNOWN']) {
        expect(reflections.some((reflection) => reflection.endsWith(` ${verdict}.`))).toBe(true);
      }
    }
  });
});
