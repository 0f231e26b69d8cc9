import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentIds } from '../../src/environments/environment';
import examples from '../../media/data/examples/examples.json';
import { compileCondition } from '../../src/expressions';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import { stepViews } from '../../src/trajectories/stepViews';
import { scenes } from './scenes';

interface Kind {
  readonly name: string;
  readonly where: string;
  readonly success: boolean | null;
}

const folder = path.resolve('media/data/examples');
const kinds = JSON.parse(readFileSync(path.resolve('test/examples/kinds.json'), 'utf8')) as readonly Kind[];
const files = readdirSync(folder).filter((name) => name.endsWith('.lac.jsonl'));
const kindOf = (file: string): Kind | undefined => kinds.find(({ name }) => file.endsWith(`${name}.lac.jsonl`));

describe('the examples that ship', () => {
  test('are of every environment, and every kind is shown', () => {
    const environments = files.map(
      (file) =>
        (JSON.parse(readFileSync(path.join(folder, file), 'utf8').split('\n', 1)[0]) as { environment: { id: string } })
          .environment.id,
    );
    expect(new Set(environments)).toEqual(new Set(environmentIds));
    expect(new Set(files.map((file) => kindOf(file)?.name))).toEqual(new Set(kinds.map(({ name }) => name)));
    expect(files).toEqual(expect.arrayContaining(scenes.map(({ name }) => `${name}.lac.jsonl`)));
  });

  test('are listed, each once', () => {
    expect(examples.map(({ name }) => `${name}.lac.jsonl`).sort()).toEqual([...files].sort());
    for (const { shows, look } of examples) expect([shows, look]).not.toContain('');
  });

  test('are in the README as they are listed', () => {
    const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| (`[\w-]+`(?:, `[\w-]+`)*) \| (.+) \|$/gmu)];
    const table = rows
      .flatMap(([, names, shows]) => names.split(', ').map((name) => ({ name: name.slice(1, -1), shows })))
      .filter(({ name }) => files.includes(`${name}.lac.jsonl`));
    expect(table).toEqual(examples.map(({ name, shows }) => ({ name, shows })));
  });

  test.each(files)('%s shows what its name says', async (file) => {
    const kind = kindOf(file);
    if (kind === undefined) throw new Error('the name is of no kind');
    expect(statSync(path.join(folder, file)).size).toBeLessThan(300_000);
    const source = fileSource(path.join(folder, file));
    const contents = await readJournal(source).finally(() => source.close());
    expect(contents.problems).toEqual([]);
    const [episode] = contents.episodes;
    const holds = compileCondition(kind.where);
    const views = stepViews(episode, 'b0', (call) => contents.calls.get(call));
    expect(views.some((view) => holds(view))).toBe(true);
    const listed = examples.find(({ name }) => file === `${name}.lac.jsonl`);
    const looked = views.find(({ step }) => step === listed?.step);
    expect(looked !== undefined && holds(looked), 'the step to look at is one of its kind').toBe(true);
    expect(listed?.environment).toBe(contents.header.environment.id);
    const end = episode.nodes.at(-1)?.end;
    if (kind.success !== null) expect(end).toMatchObject({ success: kind.success });
    expect(end).not.toBeNull();
    // Nobody is to take a scripted model for one that decided by itself.
    const scripted = scenes.some(({ name }) => file === `${name}.lac.jsonl`);
    expect(contents.header.model.name.includes('scripted')).toBe(scripted);
  });
});
