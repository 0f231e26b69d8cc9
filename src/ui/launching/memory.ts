import type * as vscode from 'vscode';

/** What was chosen last, so that it is offered first. */
export interface LastChoice {
  readonly environment?: string;
  /** The way of playing that was chosen last, by environment; the empty one is the paper's. */
  readonly variants?: Readonly<Record<string, string>>;
  readonly set?: string;
  readonly task?: string;
  readonly model?: string;
}

const key = 'lac.lastChoice';

export class ChoiceMemory {
  constructor(private readonly memento: vscode.Memento) {}

  get last(): LastChoice {
    return this.memento.get<LastChoice>(key, {});
  }

  async remember(choice: LastChoice): Promise<void> {
    await this.memento.update(key, { ...this.last, ...choice });
  }
}
