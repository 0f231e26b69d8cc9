import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { evaluate, folder, scopeReference, stackTop, stop, Stops, until } from './sessions';

/** The frame of a session that VS Code has in focus. */
function focusedFrame({ id }: vscode.DebugSession): vscode.DebugStackFrame | undefined {
  const item = vscode.debug.activeStackItem;
  return item instanceof vscode.DebugStackFrame && item.session.id === id ? item : undefined;
}

/** Lines (from 1) of a prompt at which a breakpoint can stand. */
async function renderingLines(session: vscode.DebugSession, prompt: vscode.Uri): Promise<readonly number[]> {
  const given = { source: { path: prompt.toString() }, line: 1, endLine: 1000 };
  const answer: unknown = await session.customRequest('breakpointLocations', given);
  const { breakpoints } = answer as DebugProtocol.BreakpointLocationsResponse['body'];
  assert.ok(breakpoints.length > 0, `no line of ${prompt.toString()} renders text`);
  return breakpoints.map(({ line }) => line);
}

describe('a debug session', () => {
  const stops = new Stops();

  after(() => stops.dispose());

  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    await until('no session is left', () => (vscode.debug.activeDebugSession === undefined ? true : undefined));
  });

  it('stops at an action that a function breakpoint names by a pattern', async () => {
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint('go*')]);
    const session = await stops.launch();
    const body = await stops.move(session, 'continue');
    assert.equal(body.reason, 'function breakpoint');
    assert.match(await evaluate(session, 'choice', 'watch'), /^"?go/);
    await stop(session);
  });

  it('stops on a line of the transcript, going back too, and asks nothing then', async () => {
    const session = await stops.launch();
    await stops.move(session, 'next');
    const { source, line } = await stackTop(session);
    assert.equal(vscode.Uri.parse(source?.path ?? '').scheme, 'lac-transcript');
    await stops.move(session, 'next');
    const uri = vscode.Uri.parse(source?.path ?? '');
    const position = new vscode.Position(line - 1, 0);
    const verified = new vscode.SourceBreakpoint(new vscode.Location(uri, position));
    vscode.debug.addBreakpoints([verified]);
    await until('the breakpoint is set', () => session.getDebugProtocolBreakpoint(verified));
    const tokens = await evaluate(session, 'cost.tokens', 'watch');
    const body = await stops.move(session, 'reverseContinue');
    assert.equal(body.reason, 'breakpoint');
    assert.equal((await stackTop(session)).name, 'step 1');
    assert.equal(await evaluate(session, 'cost.tokens', 'watch'), tokens);
    await stop(session);
  });

  it('decides again without a call when alpha is set as a variable, and stops where the choice changes', async () => {
    const session = await stops.launch({ parameters: { candidates: 3, depth: 1, horizon: 6, alpha: 8 } });
    await session.customRequest('setExceptionBreakpoints', { filters: ['critic-overrules'] });
    // Where the critic overrules the prior, the prior alone chooses differently.
    const overruled = await stops.move(session, 'continue');
    assert.equal(overruled.reason, 'exception', overruled.description ?? '');
    assert.match(overruled.text ?? '', /^the critic overrules the prior: ".+" instead of ".+"$/);
    const watched: unknown = await session.customRequest('dataBreakpointInfo', { name: 'choice' });
    assert.equal((watched as DebugProtocol.DataBreakpointInfoResponse['body']).dataId, 'choice');
    await session.customRequest('setDataBreakpoints', { breakpoints: [{ dataId: 'choice' }] });
    await session.customRequest('setExceptionBreakpoints', { filters: [] });
    const calls = await evaluate(session, 'cost.calls', 'watch');
    const variablesReference = await scopeReference(session, 'Parameters');
    const body = await stops.move(session, 'setVariable', { variablesReference, name: 'alpha', value: '0' });
    assert.equal(body.reason, 'data breakpoint', body.description ?? '');
    assert.match(body.description ?? '', /^Choice changed from ".+" to ".+"$/);
    assert.equal(await evaluate(session, 'cost.calls', 'watch'), calls);
    await stop(session);
  });

  it('keeps the frame in focus where a variable decides again, and shows what was decided', async () => {
    const session = await stops.launch();
    await stops.move(session, 'next');
    await stops.move(session, 'stepBack');
    const frame = (await stackTop(session)).id;
    const inFocus = (): true | undefined => (focusedFrame(session)?.frameId === frame ? true : undefined);
    await until('the frame is in focus', inFocus);
    const variablesReference = await scopeReference(session, 'Parameters');
    await session.customRequest('setVariable', { variablesReference, name: 'alpha', value: '0' });
    await until('the new decision', async () => {
      const reference = await scopeReference(session, 'Decision (step 0)');
      const answer: unknown = await session.customRequest('variables', { variablesReference: reference });
      const { variables } = answer as DebugProtocol.VariablesResponse['body'];
      return variables.some(({ name, value }) => name === 'probe' && value === '1') ? true : undefined;
    });
    assert.equal((await stackTop(session)).id, frame);
    await until('the frame is in focus again', inFocus);
    await stop(session);
  });

  it('goes on, and says so, where a log point strikes', async () => {
    const session = await stops.launch();
    await stops.move(session, 'stepIn');
    const actor = (await stackTop(session)).source?.path ?? '';
    const critic = vscode.Uri.parse(actor.replace(/\/actor\b/, '/critic'));
    const [first] = await renderingLines(session, critic);
    const location = new vscode.Location(critic, new vscode.Position(first - 1, 0));
    const logPoint = new vscode.SourceBreakpoint(location, true, undefined, undefined, 'judging {candidate}');
    vscode.debug.addBreakpoints([logPoint]);
    await until('the log point is set', () => session.getDebugProtocolBreakpoint(logPoint));
    assert.equal((await stops.move(session, 'next')).reason, 'step');
    const said = stops.outputs(session).filter((text) => text.startsWith('judging '));
    assert.ok(said.length > 0, stops.outputs(session).join(''));
    assert.match(said[0] ?? '', /^judging "?\w+/);
    await stop(session);
  });

  it('runs beside another one, each with its own episode and recording', async () => {
    const one = await stops.launch({ name: 'one' });
    const two = await stops.launch({ name: 'two', task: 'MixedTestLocal/goto/5' });
    await stops.move(one, 'next');
    assert.equal((await stackTop(one)).name, 'step 1');
    assert.equal((await stackTop(two)).name, 'step 0');
    assert.notEqual((await stackTop(one)).source?.path, (await stackTop(two)).source?.path);
    await stop(one);
    assert.equal((await stops.move(two, 'next')).reason, 'step');
    await stop(two);
  });

  it('replays what another one recorded, by the request "replay"', async () => {
    const trajectory = path.join(folder().uri.fsPath, 'recorded.lac.jsonl');
    const live = await stops.launch({ trajectory });
    await stops.move(live, 'next');
    await stop(live);
    assert.ok(existsSync(trajectory));
    const configuration = { type: 'lac', request: 'replay', name: 'again', trajectory: 'recorded.lac.jsonl' };
    assert.equal(await vscode.debug.startDebugging(folder(), configuration), true);
    const { session } = await stops.next();
    assert.equal((await stops.move(session, 'next')).reason, 'step');
    await assert.rejects(async () => evaluate(session, 'try toggle', 'repl'), /replays a recording/);
    await stop(session);
  });

  it('writes its recording again at once where somebody deletes it, and beside where somebody writes it', async () => {
    const trajectory = path.join(folder().uri.fsPath, '.lac', 'runs', 'taken.lac.jsonl');
    const session = await stops.launch({ trajectory });
    await stops.move(session, 'next');
    // The stop is told within the turn at whose end the last lines are written.
    const recorded = await until('the last line of the step', () => {
      const text = readFileSync(trajectory, 'utf8');
      return text.includes('\n{"type":"reflection"') ? text : undefined;
    });
    await vscode.workspace.fs.delete(vscode.Uri.file(trajectory));
    const said = (what: RegExp): true | undefined =>
      stops.outputs(session).some((text) => what.test(text)) ? true : undefined;
    await until('the word of it', () => said(/taken\.lac\.jsonl was deleted .* nothing is lost/));
    assert.equal(readFileSync(trajectory, 'utf8'), recorded);
    writeFileSync(trajectory, 'not ours');
    await until('the word of the other', () => said(/taken\.lac\.jsonl was changed or replaced/));
    assert.equal(readFileSync(trajectory, 'utf8'), 'not ours');
    const beside = trajectory.replace('taken', 'taken-2');
    assert.equal(readFileSync(beside, 'utf8'), recorded);
    await stops.move(session, 'next');
    const { source } = await stackTop(session);
    assert.match(source?.path ?? '', /taken-2\.lac\.jsonl/);
    assert.ok(readFileSync(beside, 'utf8').startsWith(recorded));
    await stop(session);
    const lines = readFileSync(beside, 'utf8').trimEnd().split('\n');
    assert.equal(lines.filter((line) => line.startsWith('{"type":"step"')).length, 2);
  });

  it('says in the words of the catalogue what a request lacks', async () => {
    const session = await stops.launch();
    const stackTrace = async (): Promise<unknown> => session.customRequest('stackTrace', { threadId: 'first' });
    await assert.rejects(stackTrace, /"stackTrace" has a wrong "threadId"/);
    await stop(session);
  });
});
