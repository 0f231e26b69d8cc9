/**
 * The arguments of every request, read from what a client sent: nothing of it is certain. Only what the adapter uses is
 * read; other fields are the client's business. Whatever is missing or of another kind throws `debugger.argument`.
 */
import { LacError } from '../errors/lacError';

/** The fields of one object of a request; `where` names the object within the request. */
class Fields {
  constructor(
    private readonly request: string,
    private readonly given: unknown,
    private readonly where = '',
  ) {
    if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) {
      throw this.wrong(where === '' ? 'arguments' : where, 'an object');
    }
  }

  private wrong(field: string, expected: string): LacError {
    return new LacError('debugger.argument', { request: this.request, field, expected });
  }

  private named(field: string): string {
    return this.where === '' ? field : `${this.where}.${field}`;
  }

  /** What stands under a field, unread; undefined where it is missing or null. */
  raw(field: string): unknown {
    const { given } = this;
    if (typeof given !== 'object' || given === null || !Object.hasOwn(given, field)) return undefined;
    return (given as Readonly<Record<string, unknown>>)[field] ?? undefined;
  }

  private read<T>(field: string, expected: string, is: (value: unknown) => value is T): T {
    const value = this.raw(field);
    if (!is(value)) throw this.wrong(this.named(field), expected);
    return value;
  }

  private readIf<T>(field: string, expected: string, is: (value: unknown) => value is T): T | undefined {
    return this.raw(field) === undefined ? undefined : this.read(field, expected, is);
  }

  text(field: string): string {
    return this.read(field, 'a text', isText);
  }

  textIf(field: string): string | undefined {
    return this.readIf(field, 'a text', isText);
  }

  /** Lines, references, ids and counts: whole numbers, none below zero. */
  whole(field: string): number {
    return this.read(field, 'a whole number from 0 on', isWhole);
  }

  wholeIf(field: string): number | undefined {
    return this.readIf(field, 'a whole number from 0 on', isWhole);
  }

  truthIf(field: string): boolean | undefined {
    return this.readIf(field, 'true or false', isTruth);
  }

  object(field: string): Fields {
    if (this.raw(field) === undefined) throw this.wrong(this.named(field), 'an object');
    return new Fields(this.request, this.raw(field), this.named(field));
  }

  objectIf(field: string): Fields | undefined {
    return this.raw(field) === undefined ? undefined : this.object(field);
  }

  objects(field: string): readonly Fields[] {
    const list = this.read(field, 'a list', isList);
    return list.map((each, index) => {
      const where = `${this.named(field)}[${index}]`;
      if (each === undefined || each === null) throw this.wrong(where, 'an object');
      return new Fields(this.request, each, where);
    });
  }

  objectsIf(field: string): readonly Fields[] {
    return this.raw(field) === undefined ? [] : this.objects(field);
  }

  texts(field: string): readonly string[] {
    return this.read(field, 'a list of texts', isTexts);
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTruth = (value: unknown): value is boolean => typeof value === 'boolean';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] => isList(value) && value.every(isText);

/** A document as a client names it. */
export interface GivenSource {
  readonly path: string | undefined;
  readonly sourceReference: number | undefined;
}

/** What every kind of breakpoint may be narrowed by. */
export interface GivenConditions {
  readonly condition: string | undefined;
  readonly hitCondition: string | undefined;
}

export interface GivenLineBreakpoint extends GivenConditions {
  readonly line: number;
  readonly logMessage: string | undefined;
}

export interface GivenFilter {
  readonly filterId: string;
  readonly condition: string | undefined;
}

export interface GivenDataBreakpoint extends GivenConditions {
  readonly dataId: string;
}

function source(fields: Fields): GivenSource {
  return { path: fields.textIf('path'), sourceReference: fields.wholeIf('sourceReference') };
}

function conditions(fields: Fields): GivenConditions {
  return { condition: fields.textIf('condition'), hitCondition: fields.textIf('hitCondition') };
}

const thread = (fields: Fields): { readonly threadId: number } => ({ threadId: fields.whole('threadId') });
const nothing = (): undefined => undefined;

function variableFilter(fields: Fields): 'indexed' | 'named' | undefined {
  const filter = fields.textIf('filter');
  return filter === 'indexed' || filter === 'named' ? filter : undefined;
}

/** For each request, what it carries. `launch` and `attach` are read as configurations, with words of their own. */
const readers = {
  initialize: (fields: Fields) => ({
    linesStartAt1: fields.truthIf('linesStartAt1'),
    columnsStartAt1: fields.truthIf('columnsStartAt1'),
    supportsInvalidatedEvent: fields.truthIf('supportsInvalidatedEvent'),
    supportsProgressReporting: fields.truthIf('supportsProgressReporting'),
  }),
  configurationDone: nothing,
  restart: (fields: Fields) => ({ arguments: fields.raw('arguments') }),
  disconnect: nothing,
  terminate: nothing,
  cancel: (fields: Fields) => ({
    requestId: fields.wholeIf('requestId'),
    progressId: fields.textIf('progressId'),
  }),
  setBreakpoints: (fields: Fields) => ({
    source: source(fields.object('source')),
    breakpoints: fields.objectsIf('breakpoints').map((each): GivenLineBreakpoint => ({
      line: each.whole('line'),
      ...conditions(each),
      logMessage: each.textIf('logMessage'),
    })),
  }),
  setFunctionBreakpoints: (fields: Fields) => ({
    breakpoints: fields.objects('breakpoints').map((each) => ({ name: each.text('name'), ...conditions(each) })),
  }),
  setExceptionBreakpoints: (fields: Fields) => ({
    filters: fields.texts('filters'),
    filterOptions: fields
      .objectsIf('filterOptions')
      .map((each): GivenFilter => ({ filterId: each.text('filterId'), condition: each.textIf('condition') })),
  }),
  setDataBreakpoints: (fields: Fields) => ({
    breakpoints: fields
      .objects('breakpoints')
      .map((each): GivenDataBreakpoint => ({ dataId: each.text('dataId'), ...conditions(each) })),
  }),
  dataBreakpointInfo: (fields: Fields) => ({
    variablesReference: fields.wholeIf('variablesReference'),
    name: fields.text('name'),
  }),
  breakpointLocations: (fields: Fields) => ({
    source: source(fields.object('source')),
    line: fields.whole('line'),
    endLine: fields.wholeIf('endLine'),
  }),
  continue: thread,
  next: thread,
  stepIn: (fields: Fields) => ({ ...thread(fields), targetId: fields.wholeIf('targetId') }),
  stepInTargets: nothing,
  stepOut: thread,
  stepBack: thread,
  reverseContinue: thread,
  restartFrame: (fields: Fields) => ({ frameId: fields.whole('frameId') }),
  gotoTargets: (fields: Fields) => ({ source: source(fields.object('source')), line: fields.whole('line') }),
  goto: (fields: Fields) => ({ ...thread(fields), targetId: fields.whole('targetId') }),
  pause: nothing,
  threads: nothing,
  stackTrace: (fields: Fields) => ({
    ...thread(fields),
    startFrame: fields.wholeIf('startFrame'),
    levels: fields.wholeIf('levels'),
  }),
  scopes: (fields: Fields) => ({ frameId: fields.whole('frameId') }),
  variables: (fields: Fields) => ({
    variablesReference: fields.whole('variablesReference'),
    filter: variableFilter(fields),
    start: fields.wholeIf('start'),
    count: fields.wholeIf('count'),
  }),
  setVariable: (fields: Fields) => ({
    variablesReference: fields.whole('variablesReference'),
    name: fields.text('name'),
    value: fields.text('value'),
  }),
  setExpression: (fields: Fields) => ({ expression: fields.text('expression'), value: fields.text('value') }),
  evaluate: (fields: Fields) => ({
    expression: fields.text('expression'),
    context: fields.textIf('context'),
    frameId: fields.wholeIf('frameId'),
  }),
  completions: (fields: Fields) => ({ text: fields.text('text'), column: fields.whole('column') }),
  exceptionInfo: nothing,
  loadedSources: nothing,
  source: (fields: Fields) => ({
    sourceReference: fields.objectIf('source')?.wholeIf('sourceReference') ?? fields.whole('sourceReference'),
  }),
} as const satisfies Readonly<Record<string, (fields: Fields) => unknown>>;

type ReadRequest = keyof typeof readers;

/** What each request carries once it is read. */
export type RequestArguments = { readonly [K in ReadRequest]: ReturnType<(typeof readers)[K]> } & {
  readonly launch: unknown;
  readonly attach: unknown;
};

export type RequestName = keyof RequestArguments;

export function isRequest(command: string): command is RequestName {
  return command === 'launch' || command === 'attach' || Object.hasOwn(readers, command);
}

/** The arguments of a request. Throws `debugger.argument`. */
export function readArguments<K extends RequestName>(command: K, given: unknown): RequestArguments[K];
export function readArguments(command: RequestName, given: unknown): unknown {
  if (command === 'launch' || command === 'attach') return given;
  return readers[command](new Fields(command, given ?? undefined));
}
