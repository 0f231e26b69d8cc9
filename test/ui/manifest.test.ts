import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentKinds } from '../../src/environments/registry';
import { parametersJsonSchema, type ParameterJsonSchema } from '../support/parametersJsonSchema';
import { parameterNames } from '../../src/lac/parameters';
import {
  commandIds,
  contextKeys,
  debugType,
  importedEditorType,
  languages,
  panelEditorType,
  settings,
  trajectoryEditorType,
  views,
  walkthrough,
} from '../../src/ui/names';

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    configuration: { id: string; properties: Record<string, Record<string, unknown>> }[];
    debuggers: {
      type: string;
      configurationSnippets: { body: Record<string, unknown> }[];
      initialConfigurations: Record<string, unknown>[];
      configurationAttributes: Record<
        string,
        {
          properties: Record<string, Record<string, unknown>>;
          allOf?: {
            if: { properties: { environment: { const: string } } };
            then: { properties: { variant: { enum?: string[]; not?: object } } };
          }[];
        }
      >;
    }[];
    languages: { id: string }[];
    breakpoints: { language: string }[];
    customEditors: { viewType: string }[];
    viewsContainers: { activitybar: { id: string }[] };
    views: Record<string, { id: string }[]>;
    walkthroughs: { id: string }[];
  };
  activationEvents: string[];
  scripts: Record<string, string | undefined>;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;

const schema = parametersJsonSchema().properties;
const textKey = (name: string): string => `parameter.${name}`;

/** A parameter as the manifest has it: its description by key, the rest as it is. */
function derived(name: string, parameter: ParameterJsonSchema): Record<string, unknown> {
  const { enumDescriptions, ...rest } = parameter;
  return {
    ...rest,
    description: `%${textKey(name)}%`,
    ...(enumDescriptions === undefined
      ? {}
      : { enumDescriptions: (rest.enum ?? []).map((value) => `%${textKey(name)}.${value}%`) }),
  };
}

function derivedTexts(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, { description, enumDescriptions, enum: values }]) => [
      [textKey(name), description],
      ...(enumDescriptions ?? []).map((text, i) => [`${textKey(name)}.${String(values?.[i])}`, text]),
    ]),
  ) as Record<string, string>;
}

const expectedSettings = Object.fromEntries(
  Object.entries(schema).map(([name, parameter], order) => [
    `lac.parameters.${name}`,
    { ...derived(name, parameter), scope: 'resource', order },
  ]),
);
const expectedAttributes = {
  type: 'object',
  description: '%attribute.parameters%',
  additionalProperties: false,
  properties: Object.fromEntries(Object.entries(schema).map(([name, parameter]) => [name, derived(name, parameter)])),
};

const parameterSettings = contributes.configuration.find(({ id }) => id === 'lac.parameters');
const launch = contributes.debuggers.at(0)?.configurationAttributes['launch'];

// `UPDATE_MANIFEST=1 npx vitest run test/ui/manifest.test.ts` writes what derives from the parameters into the manifest.
if (process.env['UPDATE_MANIFEST'] === '1' && parameterSettings !== undefined && launch !== undefined) {
  parameterSettings.properties = expectedSettings;
  launch.properties['parameters'] = expectedAttributes;
  writeFileSync(path.join(root, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const kept = Object.entries(texts).filter(([key]) => !key.startsWith('parameter.'));
  Object.assign(texts, Object.fromEntries(kept), derivedTexts(), {
    'attribute.parameters':
      'Parameters of the method; what is not set comes from the settings, then from the environment.',
  });
  writeFileSync(path.join(root, 'package.nls.json'), `${JSON.stringify(texts, null, 2)}\n`);
}

/** Everything in the manifest that a `%key%` stands for. */
function keysIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(/%([\w.-]+)%/g)].map((match) => match[1]);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(keysIn);
  return [];
}

describe('the manifest', () => {
  it('has a setting for every parameter, with its default, range and description', () => {
    expect(parameterSettings?.properties).toEqual(expectedSettings);
    expect(Object.keys(expectedSettings)).toHaveLength(parameterNames.length);
    for (const [key, text] of Object.entries(derivedTexts())) expect(texts[key]).toBe(text);
  });

  it('has a launch attribute for every parameter', () => {
    expect(launch?.properties['parameters']).toEqual(expectedAttributes);
  });

  it('knows the ways to play each environment, in the schema as in the code', () => {
    const all = environmentKinds.flatMap(({ variants }) => Object.entries(variants ?? {}));
    const attribute = launch?.properties['variant'];
    expect(attribute?.['enum']).toEqual(all.map(([id]) => id));
    for (const [id, words] of all) expect(texts[`variant.${id}`]).toContain(words);
    for (const { id, variants } of environmentKinds) {
      const rule = launch?.allOf?.find((each) => each.if.properties.environment.const === id);
      const allowed = rule?.then.properties.variant;
      if (variants === undefined) expect(allowed?.not).toEqual({});
      else expect(allowed?.enum).toEqual(Object.keys(variants));
    }
  });

  it('contributes exactly the commands that the code knows', () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
    for (const { category } of contributes.commands) expect(category).toBe('LAC');
  });

  it('names only its own commands in menus', () => {
    const known = new Set<string>(commandIds);
    for (const entries of Object.values(contributes.menus)) {
      for (const { command } of entries) expect(known).toContain(command);
    }
  });

  it('contributes exactly the settings that the code reads', () => {
    const general = contributes.configuration.find(({ id }) => id === 'lac')?.properties ?? {};
    expect(Object.keys(general).sort()).toEqual(
      Object.values(settings)
        .map((name) => `lac.${name}`)
        .sort(),
    );
    for (const [name, property] of Object.entries({ ...general, ...parameterSettings?.properties })) {
      expect(property['scope'], name).toBeDefined();
      expect(property['description'] ?? property['markdownDescription'], name).toBeDefined();
    }
  });

  it('keeps settings that name servers or folders from untrusted workspaces', () => {
    const general = contributes.configuration.find(({ id }) => id === 'lac')?.properties ?? {};
    const overridable = Object.keys(general).filter((name) => general[name]['scope'] === 'machine-overridable');
    expect([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(overridable.sort());
  });

  it('contributes the views, editors, languages and walkthrough that the code names', () => {
    const { container, ...inside } = views;
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([container]);
    expect(contributes.views[container].map(({ id }) => id).sort()).toEqual(Object.values(inside).sort());
    expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual([
      trajectoryEditorType,
      importedEditorType,
    ]);
    expect(contributes.languages.map(({ id }) => id).sort()).toEqual(Object.values(languages).sort());
    expect(contributes.breakpoints.map(({ language }) => language)).toEqual([languages.prompt, languages.transcript]);
    expect(contributes.debuggers.map(({ type }) => type)).toEqual([debugType]);
    expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([walkthrough]);
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${panelEditorType}`);
  });

  it('offers snippets and first configurations of fields that the debugger knows', () => {
    const [{ configurationSnippets, initialConfigurations, configurationAttributes }] = contributes.debuggers;
    const bodies = [...configurationSnippets.map(({ body }) => body), ...initialConfigurations];
    expect(bodies.length).toBeGreaterThan(3);
    expect(new Set(bodies.map(({ request }) => request))).toEqual(new Set(['launch', 'replay']));
    for (const { type, request, name, ...fields } of bodies) {
      expect([type, typeof name]).toEqual([debugType, 'string']);
      const known = Object.keys(configurationAttributes[String(request)].properties);
      expect(Object.keys(fields).filter((field) => !known.includes(field))).toEqual([]);
    }
    expect(manifest.activationEvents).toEqual(
      expect.arrayContaining([`onDebugResolve:${debugType}`, `onDebugDynamicConfigurations:${debugType}`]),
    );
  });

  it('asks only context keys that the code sets', () => {
    const known = new Set<string>([...Object.values(contextKeys), ...Object.values(views), ...commandIds]);
    const used = [...JSON.stringify(contributes).matchAll(/"(?:when|enablement)":"([^"]*)"/g)]
      .flatMap((match) => match[1].split(/[\s!()&|=~]+/))
      .filter((word) => /^lac\.\w+$/.test(word));
    for (const word of used) expect(known).toContain(word);
  });

  it('does not activate at start-up', () => {
    expect(manifest.activationEvents).not.toContain('*');
    expect(manifest.activationEvents).not.toContain('onStartupFinished');
  });

  it('has a text for every key and a use for every text', () => {
    const used = new Set(keysIn(manifest));
    expect([...used].filter((key) => texts[key] === undefined)).toEqual([]);
    expect(Object.keys(texts).filter((key) => !used.has(key))).toEqual([]);
  });

  it('has every script and command that the README names', () => {
    const readme = read('README.md');
    const scripts = [...readme.matchAll(/`npm run ([\w:-]+)/gu)].map((match) => match[1]);
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
    const titles = contributes.commands.map(({ title }) => texts[title.slice(1, -1)].replace(/…$/u, ''));
    const named = [...readme.matchAll(/"LAC: ([^"…]+)…?"/gu)].map((match) => match[1]);
    expect(named).toContain('Open Example');
    expect(named.filter((title) => !titles.includes(title))).toEqual([]);
  });

  it('has every file that it names', () => {
    const files = [...JSON.stringify(manifest).matchAll(/"(?:\.\/)?(media\/[\w./-]+)"/g)].map((match) => match[1]);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      expect(readdirSync(path.join(root, path.dirname(file))), file).toContain(path.basename(file));
    }
  });
});
