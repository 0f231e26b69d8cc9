import { parseArgs } from 'node:util';
import type { Bench, Figure } from './figure';

/** Groups of figures by name, each loaded when it is run. */
const groups: Readonly<Record<string, () => Promise<Bench>>> = {
  embedded: async () => (await import('./embedded')).bench,
  expressions: async () => (await import('./expressions')).bench,
  debugger: async () => (await import('./debugger')).bench,
  babyai: async () => (await import('./babyai')).bench,
  alfworld: async () => (await import('./alfworld')).bench,
  webshop: async () => (await import('./webshop')).bench,
  prefix: async () => (await import('./prefix')).bench,
  cancellation: async () => (await import('./cancellation')).bench,
  engine: async () => (await import('./engine')).bench,
  kills: async () => (await import('./kills')).bench,
  trajectories: async () => (await import('./trajectories')).bench,
  'webshop-large': async () => (await import('./webshop')).largeBench,
  mutations: async () => (await import('./mutations')).bench,
  panel: async () => (await import('./panel')).bench,
  hostile: async () => (await import('./hostile')).bench,
  activation: async () => (await import('./activation')).bench,
};

/** Groups that take many minutes: run only when they are named. */
const slow: readonly string[] = ['kills', 'webshop-large', 'mutations'];

function describe(figure: Figure): string {
  const value =
    Math.abs(figure.value) >= 100 ? Math.round(figure.value).toLocaleString('en') : figure.value.toPrecision(3);
  const aim = figure.aim
    ? ` (aim: ${figure.aim.direction.replace('-', ' ')} ${figure.aim.value.toLocaleString('en')})`
    : '';
  return `${figure.name}: ${value} ${figure.unit}${aim}${figure.note ? ` - ${figure.note}` : ''}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const unknown = positionals.filter((name) => !(name in groups));
  if (unknown.length > 0) {
    console.error(`No such group: ${unknown.join(', ')}. Groups: ${Object.keys(groups).join(', ')}`);
    return 2;
  }
  const usual = Object.keys(groups).filter((name) => !slow.includes(name));
  if (positionals.length === 0)
    console.error(`left out, for they take many minutes: ${slow.join(', ')} (name them to run them)`);
  const figures: Figure[] = [];
  for (const name of positionals.length > 0 ? positionals : usual) {
    const load = groups[name];
    if (load === undefined) continue;
    const bench = await load();
    const measured = await bench((line) => console.error(line));
    figures.push(...measured);
    if (values.json !== true) for (const figure of measured) console.log(describe(figure));
  }
  if (values.json === true) {
    console.log(JSON.stringify(Object.fromEntries(figures.map((figure) => [figure.name, figure.value])), null, 2));
  }
  return 0;
}

void main().then((code) => {
  process.exitCode = code;
});
