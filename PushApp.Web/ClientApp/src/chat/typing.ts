import { signal, type ReadonlySignal } from '@preact/signals';

/** How long somebody counts as typing after the last sign of it; the server passes signs on every 2 seconds. */
const ShownFor = 5_000;

/** How often this page says so. */
const ToldEvery = 2_500;

interface Sign {
  readonly conversation: string;
  readonly userName: string;
  readonly until: number;
}

/** Who is typing where. */
export class Typing {
  readonly #signs = signal<readonly Sign[]>([]);
  readonly #now: () => number;
  readonly #setTimeout: (action: () => void, milliseconds: number) => void;
  #told: { readonly conversation: string; readonly at: number } | null = null;

  constructor(now: () => number, schedule: (action: () => void, milliseconds: number) => void) {
    this.#now = now;
    this.#setTimeout = schedule;
  }

  get signs(): ReadonlySignal<readonly Sign[]> {
    return this.#signs;
  }

  heard(conversation: string, userName: string): void {
    this.#signs.value = [...this.#others(conversation, userName), { conversation, userName, until: this.#now() + ShownFor }];
    this.#setTimeout(() => {
      const now = this.#now();
      if (this.#signs.value.some(({ until }) => until <= now)) {
        this.#signs.value = this.#signs.value.filter(({ until }) => until > now);
      }
    }, ShownFor);
  }

  /** What they were typing has come. */
  stopped(conversation: string, userName: string): void {
    if (this.#signs.value.some((sign) => sign.conversation === conversation && sign.userName === userName)) {
      this.#signs.value = this.#others(conversation, userName);
    }
  }

  /** Whether to tell the others now that this user types. */
  shouldTell(conversation: string): boolean {
    const now = this.#now();
    if (this.#told?.conversation === conversation && now - this.#told.at < ToldEvery) {
      return false;
    }
    this.#told = { conversation, at: now };
    return true;
  }

  /** What was typed has been sent: the next letter is news again. */
  sent(): void {
    this.#told = null;
  }

  #others(conversation: string, userName: string): Sign[] {
    return this.#signs.value.filter((sign) => sign.conversation !== conversation || sign.userName !== userName);
  }
}
