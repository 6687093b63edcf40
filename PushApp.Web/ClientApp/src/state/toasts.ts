import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'error';
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
}

export const toasts = signal<readonly Toast[]>([]);

const MaxToasts = 3;
let nextId = 1;

export function showToast(tone: Toast['tone'], title: string, text = '', url: string | null = null): void {
  toasts.value = [...toasts.value, { id: nextId++, tone, title, text, url }].slice(-MaxToasts);
}

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** For what a person asked for and did not get. */
export function showError(error: unknown, title: string): void {
  showToast('error', title, error instanceof Error ? error.message : String(error));
}
