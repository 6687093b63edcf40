// As Recipients.cs: the user that an event is for, by its number alone.

/** @param {number} sequence @param {number} users */
export function recipientOf(sequence, users) {
  let hash = sequence >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0
  return `user${((hash ^ (hash >>> 16)) >>> 0) % users}`
}
