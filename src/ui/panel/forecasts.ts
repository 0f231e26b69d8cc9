import type { CostForecast, Range } from '../../lac/forecast';
import { parameterSpecs, type ParameterName, type ParameterSpec } from '../../lac/parameters';
import type { DebugSession } from '../../episodes/stepping/session';
import type { ControlsSection, ForecastSummary } from '../../protocol/panel';

/** A forecast as the page shows it. */
export function forecastSummary({ calls, promptTokens, generatedTokens, reused }: CostForecast): ForecastSummary {
  const tokens = (which: 'min' | 'max'): number => bound(promptTokens, which) + bound(generatedTokens, which);
  return {
    calls: [Math.round(calls.min), Math.round(calls.max)],
    tokens: [Math.round(tokens('min')), Math.round(tokens('max'))],
    reused,
  };
}

function bound(range: Range | null, which: 'min' | 'max'): number {
  return range?.[which] ?? 0;
}

const neighbours: readonly ParameterName[] = ['depth', 'candidates'];

export interface NeighbourPorts {
  readonly changed: () => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** What one lower and one higher of a parameter would cost, where the session stands still. */
export class NeighbourForecasts {
  private known: ControlsSection['forecasts'] = {};
  private of = '';

  constructor(
    private readonly session: DebugSession,
    private readonly ports: NeighbourPorts,
  ) {}

  get now(): ControlsSection['forecasts'] {
    return this.known;
  }

  /** Asks anew if something they depend on is other than it was. */
  refresh(): void {
    const { session } = this;
    if (session.mode !== 'live' || session.state !== 'stopped') return;
    const { cursor, settings } = session;
    const of = JSON.stringify([cursor.node, session.decision?.index, settings.parameters]);
    if (of === this.of) return;
    this.of = of;
    if (session.node.status !== 'running') {
      this.known = {};
      return;
    }
    void this.ask(of).catch((error: unknown) => this.ports.failed('forecasting costs', error));
  }

  private async ask(of: string): Promise<void> {
    const found: [ParameterName, { down: ForecastSummary | null; up: ForecastSummary | null }][] = [];
    for (const name of neighbours) {
      const spec: ParameterSpec = parameterSpecs[name];
      const now = this.session.settings.parameters[name];
      if (spec.kind === 'choice' || typeof now !== 'number') continue;
      const at = async (value: number): Promise<ForecastSummary | null> =>
        value < spec.minimum || value > spec.maximum
          ? null
          : forecastSummary(await this.session.forecast({ parameters: { [name]: value } }));
      found.push([name, { down: await at(now - 1), up: await at(now + 1) }]);
    }
    if (of !== this.of) return;
    this.known = Object.fromEntries(found);
    this.ports.changed();
  }
}
