// Numbers and times as people read them.

const locale = 'en';
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const percent0 = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const percent1 = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const clock = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
const size = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });

export const integer = (n: number): string => whole.format(n);
export const percent = (share: number): string => (Number.isFinite(share) ? percent0.format(share) : '–');
export const finePercent = (share: number): string => (Number.isFinite(share) ? percent1.format(share) : '–');
export const dayOf = (time: string): string => day.format(new Date(time));
export const clockOf = (time: string): string => clock.format(new Date(time));
export const momentOf = (time: string): string => moment.format(new Date(time));

export function fileSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${size.format(value)} ${units[unit]}`;
}

/** "0%" … "100%", for text that is drawn thousands of times. */
export const percents: readonly string[] = Array.from({ length: 101 }, (_, i) => percent0.format(i / 100));
