// What the charts of one variable share: the axis of days, and the shapes of bands and lines.

import { scaleLinear, type ScaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import type { Quantiles } from "./types";

export type Scale = ScaleLinear<number, number>;

export const LEFT = 62, RIGHT = 8, TOP = 24, BOTTOM = 22; // room for the axes, in pixels

export function dayScale(days: string[], width: number): Scale {
  return scaleLinear([0, days.length - 1], [LEFT, width - RIGHT]);
}

/** Return which days get a label: every one, or every second, third, seventh... as far as there is room. */
export function dayTicks(days: string[], width: number): number[] {
  const room = (width - LEFT - RIGHT) / 66;
  const step = [1, 2, 3, 7, 14, 28].find((size) => days.length / size <= room) ?? Math.ceil(days.length / room);
  return days.map((_, i) => i).filter((i) => i % step === 0);
}

/** Return where a date lies on the axis; what was said later is drawn on the last day. */
export function dayIndex(days: string[], date: string): number {
  const since = (Date.parse(date) - Date.parse(days[0])) / 86_400_000;
  return Math.min(days.length - 1, Math.max(0, since));
}

/** Return round whole numbers for an axis: there is no half of a person. */
export function wholeTicks(scale: Scale, some: number): number[] {
  return scale.ticks(some).filter(Number.isInteger);
}

export function bandPath(x: Scale, y: Scale, low: number[], high: number[]): string {
  return area<number>((_, i) => x(i), (v) => y(v), (_, i) => y(high[i]))(low) ?? "";
}

export function linePath(x: Scale, y: Scale, values: number[]): string {
  return line<number>((_, i) => x(i), (v) => y(v))(values) ?? "";
}

/** Return the middle and the ends of the central 90 % on one day. */
export function onDay(q: Quantiles, day: number): [number, number, number] {
  return [q.q05[day], q.q50[day], q.q95[day]];
}
