/** An answer that is no success, told as a person would want to hear it. `status` 0: there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(messageOf(status, problem));
    this.status = status;
    this.problem = problem;
  }
}

/** RFC 9457, with ASP.NET Core's `errors` of a validation problem. */
export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  /** Of a refused sign-in: what came of it. */
  readonly code?: string;
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

let onSignedOut: () => void = () => undefined;

/** Called when an answer says that nobody is signed in any more. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new ApiError(0, {});
  }
  const text = await response.text();
  if (!response.ok) {
    throw apiError(response.status, text, path);
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export function apiError(status: number, body: string, path: string): ApiError {
  if (status === 401 && !path.startsWith('/api/account/login')) {
    onSignedOut();
  }
  return new ApiError(status, readProblem(body));
}

function readProblem(body: string): Problem {
  try {
    const problem: unknown = JSON.parse(body);
    return typeof problem === 'object' && problem !== null ? problem : {};
  } catch {
    // A proxy's error page, for one: its text is no help to anybody.
    return {};
  }
}

function messageOf(status: number, problem: Problem): string {
  const errors = Object.values(problem.errors ?? {}).flat();
  if (errors.length > 0) {
    return errors.join(' ');
  }
  if (problem.detail) {
    return problem.detail;
  }
  switch (status) {
    case 0:
      return 'The site cannot be reached. Check your connection and try again.';
    case 401:
      return 'You are signed out. Sign in again.';
    case 413:
      return 'The file is too large.';
    case 429:
      return 'That was a little too fast. Wait a moment and try again.';
    default:
      return status >= 500 ? 'Something went wrong on our side. Try again in a moment.' : (problem.title ?? 'That did not work.');
  }
}
