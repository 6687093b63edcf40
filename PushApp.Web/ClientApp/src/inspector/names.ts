/** What an operator calls a process: `web-1` of `web-1@vm-7-3fa1`, as dashboards do. */
export function nodeName(node: string): string {
  return node.split('@', 1)[0]!;
}

/** The machine that it runs on, with a part that is new at each start: `vm-7-3fa1`. Empty where it is not known. */
export function nodeHost(node: string): string {
  return node.slice(nodeName(node).length + 1);
}
