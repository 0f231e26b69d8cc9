import type { EnvironmentId } from '../environments/environment';

/** The kind of an action by which rollouts and values are judged: `turns`, `forward` and `hands`, else its first word. */
export function actionGroup(environment: EnvironmentId, action: string): string {
  const first = /^[a-z]+/i.exec(action.trim())?.[0].toLowerCase() ?? 'other';
  if (environment !== 'babyai-text') return first;
  if (first === 'turn') return 'turns';
  return first === 'go' ? 'forward' : 'hands';
}
