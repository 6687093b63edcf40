const paths = {
  bell: 'M6 9a6 6 0 1 1 12 0c0 5 2 6.5 2 6.5H4S6 14 6 9Zm4 9.5a2 2 0 0 0 4 0',
  arrowDown: 'M12 5v14m0 0 6-6m-6 6-6-6',
  bolt: 'M13 3 5 13.5h6L10.500 21 19 10h-6.500L13 3Z',
  chat: 'M4 5.500h16v11H10.500L6 20v-3.500H4v-11Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  chevronLeft: 'm14.5 6-6 6 6 6',
  chevronRight: 'm9.5 6 6 6-6 6',
  close: 'm6 6 12 12M18 6 6 18',
  cross: 'M12 8v5m0 3.2v.1M12 3 2.8 19.5h18.4L12 3Z',
  download: 'M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
  exit: 'M14 5H6v14h8M10.500 12H20m0 0-3.500-3.500M20 12l-3.500 3.500',
  file: 'M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5l-5-5Zm0 0v5h5',
  hash: 'M9.500 4 7 20M17 4l-2.500 16M4.500 9h16M3.500 15h16',
  mail: 'M4 6h16v12H4zM4 7l8 6.5L20 7',
  pen: 'm4 20 1-4.500L16.500 4a2 2 0 0 1 3 0l.5.500a2 2 0 0 1 0 3L8.500 19 4 20ZM14.500 6l3.500 3.500',
  people: 'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.4c2 .8 3.2 2.5 3.5 5.1',
  phone: 'M5.5 4h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a1.5 1.5 0 0 1-1.6 1.5C10.6 19.6 4.4 13.4 4 5.6A1.5 1.5 0 0 1 5.5 4Z',
  place: 'M12 21s7-6.2 7-11.500a7 7 0 1 0-14 0C5 14.8 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  poll: 'M4.500 9A8 8 0 0 1 19 8.500M19.500 4v4.500H15M19.500 15A8 8 0 0 1 5 15.500M4.500 20v-4.500H9',
  pulse: 'M3 12.500h4l2.500-7 5 13 2.500-6h4',
  search: 'm20 20-4.5-4.500M10.5 17.500a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  send: 'M4 12 20 4.500 14 20l-3-6.500L4 12Zm7 1.500L20 4.500',
  share: 'M12 15V4m0 0L7.5 8.500M12 4l4.5 4.500M5 13v5.500A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.500V13',
  upload: 'M12 16V5m0 0L7.5 9.500M12 5l4.5 4.500M5 19.500h14',
  cake: 'M4 20h16M5 20v-7.5h14V20M5 16c1.2 1.2 2.3 1.2 3.5 0s2.3-1.2 3.5 0 2.3 1.2 3.5 0 2.3-1.2 3.5 0M12 12.5V8.5M12 5.5v.1',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  work: 'M4 8.500h16v11H4zM9 8.500V6a1.5 1.5 0 0 1 1.5-1.500h3A1.5 1.5 0 0 1 15 6v2.500M4 13h16',
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside words: hidden from screen readers. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <span class="logo">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="9" class="logo-ground" />
        <path d="M11 24V9h6.200a5 5 0 0 1 0 10H11" class="logo-letter" />
        <circle cx="23.5" cy="8.5" r="3" class="logo-dot" />
      </svg>
      PushApp
    </span>
  );
}
