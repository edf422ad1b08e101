const secondsPerMinute = 60;
const secondsPerHour = 3600;
const hoursPerDay = 24;
const hoursPerYear = hoursPerDay * 365;

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/**
 * A span of time as `kubectl get` shows it under AGE: at most two units, and less precise the longer it is.
 * Up to one second into the future counts as now, because clocks differ; more is `<invalid>`.
 * The steps are those of apimachinery's `HumanDuration`.
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * secondsPerMinute) return `${seconds}s`;
  const minutes = Math.trunc(seconds / secondsPerMinute);
  if (minutes < 10) return pair(minutes, 'm', seconds % secondsPerMinute, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(seconds / secondsPerHour);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 2 * hoursPerDay) return `${hours}h`;
  const days = Math.trunc(hours / hoursPerDay);
  if (days < 8) return pair(days, 'd', hours % hoursPerDay, 'h');
  if (hours < 2 * hoursPerYear) return `${days}d`;
  const years = Math.trunc(hours / hoursPerYear);
  if (years < 8) return pair(years, 'y', days % 365, 'd');
  return `${years}y`;
}

/** The age of an RFC 3339 time, or `<unknown>` when there is none. */
export function humanAge(time: string | null | undefined, now: number): string {
  if (time === undefined || time === null || time === '') return '<unknown>';
  return humanDuration(now - Date.parse(time));
}
