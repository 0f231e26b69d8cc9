/**
 * Every name that the code and `package.json` have in common: commands, views, settings, context keys, languages. A test
 * holds the two together.
 */

export const debugType = 'lac';

/** Commands in the palette, in menus and in walkthroughs; each is contributed by `package.json`. */
export const commands = {
  startEpisode: 'lac.startEpisode',
  startTask: 'lac.startTask',
  resumeEpisode: 'lac.resumeEpisode',
  replayTrajectory: 'lac.replayTrajectory',
  openTrajectory: 'lac.openTrajectory',
  openExample: 'lac.openExample',
  continueFromStep: 'lac.continueFromStep',
  compareTrajectories: 'lac.compareTrajectories',
  exportTrajectory: 'lac.exportTrajectory',
  chooseEpisode: 'lac.chooseEpisode',
  findStep: 'lac.findStep',
  printSteps: 'lac.printSteps',
  openPanel: 'lac.openPanel',
  openTranscript: 'lac.openTranscript',
  play: 'lac.play',
  resampleRollouts: 'lac.resampleRollouts',
  selectModel: 'lac.selectModel',
  pullModel: 'lac.pullModel',
  setKey: 'lac.setKey',
  deleteKey: 'lac.deleteKey',
  editPrompt: 'lac.editPrompt',
  openPrompt: 'lac.openPrompt',
  comparePrompt: 'lac.comparePrompt',
  resetPrompt: 'lac.resetPrompt',
  previewPrompt: 'lac.previewPrompt',
  runPrompt: 'lac.runPrompt',
  refreshTasks: 'lac.refreshTasks',
  showLog: 'lac.showLog',
  openWalkthrough: 'lac.openWalkthrough',
} as const;
export type CommandName = keyof typeof commands;
export type CommandId = (typeof commands)[CommandName];
export const commandIds: readonly CommandId[] = Object.values(commands);

export const views = { container: 'lac', panel: 'lac.panel', tasks: 'lac.tasks', prompts: 'lac.prompts' } as const;

export const panelEditorType = 'lac.panelEditor';
/** Two trajectories side by side. */
export const compareEditorType = 'lac.comparison';
export const trajectoryEditorType = 'lac.trajectory';
/** The same editor for names that others use too: offered by "Open With", never by itself. */
export const importedEditorType = 'lac.importedTrajectory';

export const languages = {
  prompt: 'lac-prompt',
  transcript: 'lac-transcript',
  /** A prompt as a model is asked it: plain text that wraps. */
  rendered: 'lac-rendered',
} as const;

/** Schemes of documents that the extension writes. */
export const schemes = {
  transcript: 'lac-transcript',
  prompt: 'lac-prompt',
  preview: 'lac-preview',
} as const;

/** Settings, without the prefix `lac.`; those of the method's parameters stand under `parameters.`. */
export const settings = {
  model: 'model',
  endpoints: 'endpoints',
  runsFolder: 'runs.folder',
  promptsFolder: 'prompts.folder',
  promptsEvaluate: 'prompts.evaluate',
  autoRunCalls: 'autoRunCalls',
  budgetCalls: 'budget.calls',
  budgetTokens: 'budget.tokens',
  budgetSeconds: 'budget.seconds',
  dataAlfworld: 'data.alfworld',
  dataWebshop: 'data.webshop',
} as const;
export type SettingName = keyof typeof settings;

/** Context keys that `when` clauses ask. */
export const contextKeys = {
  /** A debug session of ours lives, or a recording is shown. */
  hasEpisode: 'lac.hasEpisode',
  /** The followed session waits for a person. */
  paused: 'lac.paused',
  /** The followed episode can ask its model. */
  live: 'lac.live',
} as const;

export const walkthrough = 'start';
