import type * as vscode from 'vscode';
import { publicUrl } from '../../models/http/send';

/** Keys of servers, in VS Code's secret storage; by the server's address without credentials. */
export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async get(url: string): Promise<string | undefined> {
    return this.secrets.get(name(url));
  }

  async set(url: string, key: string): Promise<void> {
    await this.secrets.store(name(url), key);
  }

  async delete(url: string): Promise<void> {
    await this.secrets.delete(name(url));
  }
}

function name(url: string): string {
  return `lac.key ${publicUrl(url)}`;
}
