const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: number): string {
  return WHOLE.format(value);
}

export function interval([low, mid, high]: [number, number, number]): string {
  return `${count(mid)} (${count(low)} to ${count(high)})`;
}

export function percent(value: number): string {
  return `${Math.round(100 * value)} %`;
}

export function day(iso: string): string {
  return new Date(iso + "T00:00:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

export function words(code: string): string {
  return code.replaceAll("_", " ").replaceAll(".", ": ");
}
