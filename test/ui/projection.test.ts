import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { english } from '../../src/errors/phrase';
import { BranchLines, decisionSection, type Viewpoint } from '../../src/ui/panel/projection';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import type { Timeline } from '../../src/trajectories/timeline';

const file = path.resolve('media/data/examples/critic-saves-the-prior.lac.jsonl');
const facts = { ghost: null, running: false, translate: english } as const;

describe('the decision that is shown', () => {
  let timeline: Timeline;

  beforeAll(async () => {
    [timeline] = (await readJournal(fileSource(file))).episodes;
  });

  const shownAt = (step: number, happened: Viewpoint['happened'] = null) => {
    const line = new BranchLines(timeline).of('b0');
    const viewpoint: Viewpoint = { timeline, branch: 'b0', node: line[step].id, decision: null, happened };
    return { line, section: decisionSection(viewpoint, line, facts) };
  };

  test('is that of the step under the cursor', () => {
    const { line, section } = shownAt(1);
    expect(section).toMatchObject({ node: line[1].id, step: 1, executed: { action: line[2].arrival?.action } });
    expect(section?.tabs).toHaveLength(1);
  });

  test('is the one that led there where nothing was decided, with what was executed and what came of it', () => {
    const last = timeline.line('b0').length - 1;
    const { line, section } = shownAt(last);
    expect(line[last].decisions).toEqual([]);
    expect(section).toMatchObject({
      node: line[last - 1].id,
      step: last - 1,
      executed: { action: line[last].arrival?.action },
      tabs: [],
    });
    expect(section?.outcomes.map(({ observation }) => observation)).toEqual([line[last].observation]);
    expect(section?.events).toEqual(line[last - 1].decisions[0].events);
  });

  test('holds as many events as have happened where the cursor stands inside it', () => {
    const { section } = shownAt(0, { decision: 0, events: 3 });
    expect(section?.events).toHaveLength(3);
    expect(section?.executed).toBeNull();
  });
});
