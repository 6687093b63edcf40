/** What of a Socket of socket.io-client the page's modules use, driven by a test. */
export class SocketDouble {
  connected = false;
  active = true;
  recovered = false;
  id: string | undefined = 'id';
  auth: unknown;
  readonly sent: unknown[][] = [];
  readonly #listeners = new Map<string, ((...args: never[]) => void)[]>();

  on(event: string, listener: (...args: never[]) => void): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  off(event?: string, listener?: (...args: never[]) => void): this {
    if (event === undefined) {
      this.#listeners.clear();
      return this;
    }
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((other) => other !== listener));
    return this;
  }

  emit(...args: unknown[]): this {
    this.sent.push(args);
    return this;
  }

  disconnect(): this {
    this.connected = false;
    this.active = false;
    return this;
  }

  /** Something comes from the server, or of the socket itself. */
  receive(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      listener(...(args as never[]));
    }
  }

  connect(recovered = false): void {
    this.connected = true;
    this.recovered = recovered;
    this.receive('connect');
  }

  /** The events that were sent since the last look, without their acknowledgements. */
  take(): unknown[][] {
    return this.sent.splice(0).map((args) => args.filter((argument) => typeof argument !== 'function'));
  }
}
