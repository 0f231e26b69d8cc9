import * as vscode from 'vscode';
import { parameterNames } from '../lac/parameters';
import type { BudgetLimits } from '../models/calls/budget';
import { readEndpoint, type Endpoint } from '../models/endpoints';
import { settings, type SettingName } from './names';

/** Reads the extension's settings, for a folder where one is concerned. */
export class Settings {
  private read(scope: vscode.Uri | undefined): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration('lac', scope);
  }

  private text(name: SettingName, scope?: vscode.Uri): string {
    return this.read(scope).get<string>(settings[name], '').trim();
  }

  get model(): string {
    const model = this.text('model');
    return model === '' ? 'embedded' : model;
  }

  /** True while nobody has chosen a model. */
  get modelIsDefault(): boolean {
    const found = this.read(undefined).inspect(settings.model);
    return found?.globalValue === undefined && found?.workspaceValue === undefined;
  }

  /** Writes the model where it was set, else for the user. */
  async chooseModel(name: string): Promise<void> {
    const found = this.read(undefined).inspect(settings.model);
    const target =
      found?.workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
    await this.read(undefined).update(settings.model, name, target);
  }

  /** Throws `model.bad-endpoint`. */
  get endpoints(): readonly Endpoint[] {
    const given = this.read(undefined).get<unknown>(settings.endpoints);
    return Array.isArray(given) ? given.map((entry, index) => readEndpoint(entry, index)) : [];
  }

  runsFolder(scope: vscode.Uri | undefined): string {
    return this.text('runsFolder', scope);
  }

  promptsFolder(scope: vscode.Uri | undefined): string {
    return this.text('promptsFolder', scope);
  }

  get evaluatePrompts(): 'onSave' | 'onType' | 'off' {
    return this.read(undefined).get<'onSave' | 'onType' | 'off'>(settings.promptsEvaluate, 'onSave');
  }

  get autoRunCalls(): number {
    return this.read(undefined).get<number>(settings.autoRunCalls, 60);
  }

  get budget(): BudgetLimits {
    const limit = (name: SettingName): number | null => this.read(undefined).get<number | null>(settings[name], null);
    return { calls: limit('budgetCalls'), tokens: limit('budgetTokens'), seconds: limit('budgetSeconds') };
  }

  /** Folder of the user's own data of an environment; null: what ships. */
  dataFolder(environment: string): string | null {
    const folder =
      environment === 'alfworld'
        ? this.text('dataAlfworld')
        : environment === 'webshop'
          ? this.text('dataWebshop')
          : '';
    return folder === '' ? null : folder;
  }

  /** The method's parameters that somebody has set; defaults stay with the environment and the model. */
  parameters(scope: vscode.Uri | undefined): Readonly<Record<string, unknown>> {
    const read = vscode.workspace.getConfiguration('lac.parameters', scope);
    const set = parameterNames.flatMap((name): [string, unknown][] => {
      const found = read.inspect(name);
      const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue ?? undefined;
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(set);
  }
}
