/** A server that answers when the test says so, in the order of the requests. */
export class Answers {
  readonly requests: string[] = [];
  readonly #waiting: ((response: Response) => void)[] = [];
  readonly #held: ((response: Response) => void)[] = [];

  readonly fetch = (path: string, init: RequestInit): Promise<Response> => {
    this.requests.push(`${init.method} ${path}`);
    return new Promise((resolve) => this.#waiting.push(resolve));
  };

  /** Passes over the request that has waited longest: the next answers are for those behind it, until it is freed. */
  hold(): void {
    this.#held.push(this.#waiting.shift()!);
  }

  free(): void {
    this.#waiting.unshift(...this.#held.splice(0));
  }

  give(...bodies: unknown[]): void {
    for (const body of bodies) {
      this.#waiting.shift()!(body instanceof Response ? body : Response.json(body));
    }
  }
}
