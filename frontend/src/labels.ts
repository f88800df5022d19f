// Where the names on the map go: beside their circle, over no other circle and no other name.

export interface Circle { x: number; y: number; r: number }
export interface Label { place: number; text: string; x: number; y: number }
interface Box { left: number; right: number; top: number; bottom: number }

const LETTER = 6.7, ASCENT = 11, DESCENT = 3, GAP = 4; // pixels, of letters 12 pixels high

/** Place the labels in the order given; one that finds no free spot is left out, and to the table. */
export function placeLabels(wanted: { place: number; text: string }[], circles: Circle[], [width, height]: [number, number]): Label[] {
  const taken: Box[] = [];
  const placed: Label[] = [];
  for (const { place, text } of wanted) {
    const own = circles[place], half = (LETTER * text.length) / 2;
    const aside = own.r + GAP + half, slant = 0.7 * own.r + half;
    const spots = [
      [own.x, own.y - own.r - GAP], [own.x, own.y + own.r + GAP + ASCENT],
      [own.x + aside, own.y + GAP], [own.x - aside, own.y + GAP],
      [own.x + slant, own.y - own.r], [own.x - slant, own.y - own.r],
      [own.x + slant, own.y + own.r + ASCENT], [own.x - slant, own.y + own.r + ASCENT],
    ];
    for (const [x, y] of spots) {
      const box = { left: x - half, right: x + half, top: y - ASCENT, bottom: y + DESCENT };
      const inside = box.left > 2 && box.right < width - 2 && box.top > 2 && box.bottom < height - 2;
      if (inside && !taken.some((other) => overlap(box, other)) && !circles.some((circle, i) => i !== place && covers(circle, box))) {
        taken.push(box);
        placed.push({ place, text, x, y });
        break;
      }
    }
  }
  return placed;
}

/** Return the largest of 1, 2, 5, 10, 20, 50... that is not above a value. */
export function roundBelow(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return ten * ([5, 2].find((digit) => digit * ten <= value) ?? 1);
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function covers(circle: Circle, box: Box): boolean {
  const dx = circle.x - Math.min(Math.max(circle.x, box.left), box.right);
  const dy = circle.y - Math.min(Math.max(circle.y, box.top), box.bottom);
  return dx * dx + dy * dy < circle.r * circle.r;
}
