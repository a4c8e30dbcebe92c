// Figures and times as people read them, the same in VS Code and on the command line.

/** `1 file`, `3 files`, `1,200 files` */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** What is too long for its place loses its middle: the name of a file stands at the end. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.floor((most - 1) / 3);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - most).join('')}`;
}

/** `214 B`, `1.2 kB`, `3.4 MB`: powers of ten, as file managers show them. */
export function bytes(number: number): string {
  if (number < 999.5) return `${Math.round(number)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = number / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `0.4 s`, `3 s`, `12 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** When something was, as short as it can be told from `now`: `Today 14:02`, `Yesterday 18:30`, `12 Nov 09:10`, `12 Nov 2024 09:10`. */
export function moment(iso: string, now: number, locale?: string): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });
  if (sameDay(date, new Date(now))) return `Today ${time}`;
  if (sameDay(date, dayBefore(now))) return `Yesterday ${time}`;
  return `${day(iso, now, locale)} ${time}`;
}

/** When something was, by the clock of the user and in an order that sorts: `2026-11-21 02:57`. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (number: number) => `${number}`.padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The day alone: `12 Nov`, `12 Nov 2024`. */
export function day(iso: string, now: number, locale?: string): string {
  const date = new Date(iso);
  const year = date.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return date.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...year });
}

/** How long ago: `just now`, `5 min ago`, `2 h ago`, `3 days ago`. */
export function age(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / (24 * 60))} days ago`;
}

/** By the calendar: the days on which clocks change have 23 or 25 hours. */
function dayBefore(now: number): Date {
  const date = new Date(now);
  date.setDate(date.getDate() - 1);
  return date;
}

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** Names and passwords that somebody put into an address are nobody else's business. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]*@/g, '$1');
}
