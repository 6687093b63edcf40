export interface SiteInfo {
  readonly user: { readonly userName: string; readonly mayInspect: boolean } | null;
  readonly demo: { readonly email: string; readonly password: string } | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface LabeledValue {
  readonly value: string;
  readonly label: string | null;
}

export interface Contact {
  readonly id: number;
  /** Never empty: where a contact has no name, its company, e-mail address or phone number. */
  readonly name: string;
  readonly nickname?: string | null;
  readonly company?: string | null;
  readonly department?: string | null;
  readonly jobTitle?: string | null;
  readonly birthday?: string | null;
  readonly note?: string | null;
  readonly emails: readonly LabeledValue[];
  readonly phones: readonly LabeledValue[];
  readonly addresses?: readonly LabeledValue[];
  readonly urls?: readonly LabeledValue[];
}

export type ImportState = 'uploading' | 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** docs/events.md, "An import". */
export interface Import {
  readonly id: string;
  readonly state: ImportState;
  readonly fileName: string;
  readonly bytesRead: number;
  readonly bytesTotal: number | null;
  readonly rows: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly rowsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly created: string;
  readonly ended: string | null;
  readonly error: string | null;
  readonly notice: string | null;
}

/** docs/events.md, "A notification". */
export interface Notification {
  readonly id: string;
  readonly kind: 'import.completed' | 'import.failed' | 'import.cancelled' | 'contact.shared';
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
  readonly time: string;
  readonly read: boolean;
}

export function hasEnded(state: ImportState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
