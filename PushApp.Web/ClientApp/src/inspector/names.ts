/** What an operator calls a process: `web-1` of `web-1@vm-7-3fa1`, as dashboards do. */
export function nodeName(node: string): string {
  return node.split('@', 1)[0]!;
}

/** A user's own channel, written as the server writes it and as lists show it: `user:ann@example.com`. */
export function userChannel(name: string): string {
  const encoded = encodeURIComponent(name.toLowerCase()).replace(/%40|%2B/g, decodeURIComponent);
  return `user:${encoded.replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}

/** The machine that it runs on, with a part that is new at each start: `vm-7-3fa1`. Empty where it is not known. */
export function nodeHost(node: string): string {
  return node.slice(nodeName(node).length + 1);
}
