import type { Events } from './wire';

/** What takes longer than this shows progress. */
const shownAfterMs = 400;

type ProgressEvent = 'progressStart' | 'progressUpdate' | 'progressEnd';

interface Shown {
  readonly id: string;
  readonly timer: NodeJS.Timeout;
  message: string;
  started: boolean;
}

/** Tells the client what a movement or a launch is waiting for, when that takes a while. */
export class Progress {
  /** Whether the client shows progress. */
  enabled = false;
  private present: Shown | null = null;
  private count = 0;

  constructor(private readonly tell: <K extends ProgressEvent>(event: K, body: Events[K]) => void) {}

  begin(title: string): void {
    if (!this.enabled || this.present !== null) return;
    const progressId = `lac-${++this.count}`;
    const timer = setTimeout(() => {
      const { present } = this;
      if (present?.id !== progressId) return;
      present.started = true;
      this.tell('progressStart', { progressId, title, cancellable: true, message: present.message });
    }, shownAfterMs);
    this.present = { id: progressId, timer, message: '', started: false };
  }

  show(message: string): void {
    const { present } = this;
    if (present === null) return;
    present.message = message;
    if (present.started) this.tell('progressUpdate', { progressId: present.id, message });
  }

  end(): void {
    const { present } = this;
    if (present === null) return;
    clearTimeout(present.timer);
    this.present = null;
    if (present.started) this.tell('progressEnd', { progressId: present.id });
  }
}
