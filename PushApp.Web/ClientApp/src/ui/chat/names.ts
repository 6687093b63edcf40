/** What is before the `@` of a user name, which is an e-mail address: for lines with little room. */
export function shortName(userName: string): string {
  const at = userName.indexOf('@');
  return at > 0 ? userName.slice(0, at) : userName;
}

/** "Ada is typing…", "Ada and Bob are typing…". */
export function typingLine(userNames: readonly string[]): string {
  const [first, second] = userNames.map(shortName);
  switch (userNames.length) {
    case 0:
      return '';
    case 1:
      return `${first} is typing…`;
    case 2:
      return `${first} and ${second} are typing…`;
    default:
      return 'Several people are typing…';
  }
}
