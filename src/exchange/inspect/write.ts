import { zipSync } from 'fflate';
import { recordedReward } from '../../trajectories/outcome';
import type { Recording, WriteOptions, Writing } from '../format';
import { jsonFile, tracksOf, type Track } from '../recordedSteps';

/** A `.eval` archive (deflate, which every version of Inspect reads) with one sample for each branch. */
export function writeInspect(recording: Recording, { stem }: WriteOptions): Writing {
  const { header } = recording.contents;
  const started = header.at?.['startedAt'];
  const created = typeof started === 'string' ? started : '1970-01-01T00:00:00Z';
  const tracks = tracksOf(recording);
  const samples = tracks.map((track) => sampleOf(track, header.model.name));
  const spec = {
    run_id: stem,
    created,
    task: header.environment.id,
    task_id: stem,
    task_version: 0,
    task_attribs: {},
    task_args: {},
    solver: 'lac',
    model: header.model.name,
    model_args: {},
    dataset: { samples: samples.length },
    config: {},
    packages: {},
    metadata: { lac: { engine: header.engine, parameters: header.parameters } },
  };
  const head = { version: 2, status: 'success', eval: spec, plan: { name: 'plan', steps: [], config: {} } };
  const summaries = samples.map(({ id, epoch, input, target, scores }) => ({ id, epoch, input, target, scores }));
  const members = [
    jsonFile('_journal/start.json', { version: 2, eval: spec, plan: head.plan }),
    ...samples.map((sample) => jsonFile(`samples/${sample.id}_epoch_${sample.epoch}.json`, sample)),
    jsonFile('summaries.json', summaries),
    jsonFile('header.json', { ...head, stats: { started_at: created, completed_at: created, model_usage: {} } }),
  ];
  const entries = Object.fromEntries(members.map(({ name, bytes }) => [name, bytes]));
  return {
    files: [{ name: `${stem}.eval`, bytes: zipSync(entries, { mtime: '1980-01-01T00:00:00Z' }) }],
    losses: [
      'Rollouts, prompts and calls are left out; candidates, priors, values and reflections stand in the metadata of a sample.',
      ...(typeof started === 'string' ? [] : ['When the run began is not recorded: the log says 1970.']),
    ],
  };
}

function sampleOf({ timeline, branch, nodes, views, name }: Track, model: string) {
  const messages: object[] = [
    { id: `${name}.0`, role: 'user', source: 'input', content: `${timeline.goal}\n\n${timeline.start.observation}` },
  ];
  for (const [step, node] of nodes.entries()) {
    if (node.arrival === null) continue;
    const thoughts = views.at(step - 1)?.thoughts ?? [];
    const id = `call_${node.id}`;
    messages.push(
      {
        id: `${name}.${node.id}.a`,
        role: 'assistant',
        source: 'generate',
        model,
        content: thoughts.length === 0 ? '' : [{ type: 'reasoning', reasoning: thoughts.join('\n') }],
        tool_calls: [{ id, function: 'act', arguments: { action: node.arrival.action }, type: 'function' }],
      },
      { id: `${name}.${node.id}.o`, role: 'tool', tool_call_id: id, function: 'act', content: node.observation },
    );
  }
  const end = nodes.at(-1)?.end ?? null;
  const last = nodes.at(-1)?.arrival?.action ?? '';
  const decisions = views.map(({ step, candidates, chosen, agreement, certain, reward, reflection, says, alpha }) => {
    return { step, candidates, chosen, agreement, certain, reward, reflection, says, alpha };
  });
  return {
    id: `${timeline.task.id}.${name}`.replace(/[^\w.-]+/g, '_'),
    epoch: 1,
    input: timeline.goal,
    target: '',
    messages,
    output: {
      model,
      choices: [{ message: { role: 'assistant', content: last, source: 'generate' }, stop_reason: 'stop' }],
      completion: last,
    },
    scores:
      end === null
        ? {}
        : { lac: { value: end.success ? 'C' : 'I', metadata: { reward: recordedReward(end), reason: end.reason } } },
    metadata: { lac: { episode: timeline.id, branch, task: timeline.task, decisions } },
    store: {},
    events: [],
    model_usage: {},
    attachments: {},
  };
}
