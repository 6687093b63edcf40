/** 128 random bits. `crypto.randomUUID` is for secure contexts alone, and this site may be looked at by HTTP in one's own network. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
