const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: number): string {
  return WHOLE.format(value);
}

export function signed(value: number): string {
  const whole = Math.round(value);
  return whole === 0 ? "0" : (whole < 0 ? "−" : "+") + WHOLE.format(Math.abs(whole));
}

export function percent(value: number): string {
  return `${Math.round(100 * value)}\u00a0%`;
}

export function day(iso: string): string {
  return new Date(iso + "T00:00:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

export function dayAndYear(iso: string): string {
  return `${day(iso)} ${iso.slice(0, 4)}`;
}

export function words(code: string): string {
  return code.replaceAll("_", " ").replaceAll(".", ": ");
}

// A number and its sign stay on one line.
export function together(text: string): string {
  return text.replaceAll(" %", "\u00a0%");
}
