import { apiError, ApiError } from './http';
import type { Import } from './types';

export interface Upload {
  readonly done: Promise<Import>;
  abort(): void;
}

/** Sends a file. By XMLHttpRequest, because `fetch` does not tell how much of a body has left. */
export function uploadImport(file: File, onProgress: (sent: number, total: number) => void): Upload {
  const path = '/api/imports';
  const xhr = new XMLHttpRequest();
  const done = new Promise<Import>((resolve, reject) => {
    xhr.upload.onprogress = (event) => onProgress(event.loaded, event.lengthComputable ? event.total : file.size);
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) {
        resolve(JSON.parse(xhr.responseText) as Import);
      } else {
        reject(apiError(xhr.status, xhr.responseText, path));
      }
    };
    xhr.onerror = () => reject(new ApiError(0, {}));
    xhr.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
  });
  xhr.open('POST', path);
  xhr.setRequestHeader('Accept', 'application/json');
  const form = new FormData();
  form.append('file', file);
  xhr.send(form);
  return { done, abort: () => xhr.abort() };
}
