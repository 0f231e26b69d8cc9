/**
 * Gathers what is said to another thread in one turn of the event loop into one message: a message wakes the other
 * thread, which costs more than a pass over a token.
 */
export class Outbox<Message> {
  private waiting: Message[] = [];

  constructor(private readonly post: (messages: readonly Message[]) => void) {}

  put(message: Message): void {
    // After the promises that are settled now, so that all requests of a pass have said theirs.
    if (this.waiting.push(message) === 1) process.nextTick(() => this.flush());
  }

  private flush(): void {
    const messages = this.waiting;
    this.waiting = [];
    this.post(messages);
  }
}
