/** How a cell looks. Colours are `0`..`255` of the palette or `#rrggbb`; null is the terminal's own. */
export interface Style {
  readonly ink: number | string | null;
  readonly ground: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly hidden: boolean;
  readonly strike: boolean;
}

export const plain: Style = {
  ink: null,
  ground: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  hidden: false,
  strike: false,
};

const switches: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  8: { hidden: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  28: { hidden: false },
  29: { strike: false },
  39: { ink: null },
  49: { ground: null },
};

const hex = (value: number): string => Math.min(255, Math.max(0, value)).toString(16).padStart(2, '0');

/** `38;5;n` and `38;2;r;g;b`: the colour, and how many parameters it took. */
const extended = (params: readonly number[], at: number): readonly [number | string | null, number] => {
  if (params[at + 1] === 5) return [params[at + 2] ?? 0, 3];
  if (params[at + 1] !== 2) return [null, 1];
  const [red = 0, green = 0, blue = 0] = params.slice(at + 2, at + 5);
  return [`#${hex(red)}${hex(green)}${hex(blue)}`, 5];
};

/** The style after a "select graphic rendition" (`CSI … m`). */
export const applyRendition = (before: Style, params: readonly number[]): Style => {
  let style = before;
  for (let at = 0; at < params.length; at += 1) {
    const code = params[at] ?? 0;
    const change = switches[code];
    if (code === 0) style = plain;
    else if (change !== undefined) style = { ...style, ...change };
    else if (code === 38 || code === 48) {
      const [colour, taken] = extended(params, at);
      style = code === 38 ? { ...style, ink: colour } : { ...style, ground: colour };
      at += taken - 1;
    } else if (code >= 30 && code <= 37) style = { ...style, ink: code - 30 };
    else if (code >= 40 && code <= 47) style = { ...style, ground: code - 40 };
    else if (code >= 90 && code <= 97) style = { ...style, ink: code - 82 };
    else if (code >= 100 && code <= 107) style = { ...style, ground: code - 92 };
  }
  return style;
};

const steps = [0, 95, 135, 175, 215, 255];

/** A colour as CSS: the first 16 are design tokens, the others the cube and the greys of xterm. */
export const cssColour = (colour: number | string): string => {
  if (typeof colour === 'string') return colour;
  if (colour < 16) return `var(--terminal-${colour})`;
  if (colour >= 232) {
    const grey = hex(8 + (colour - 232) * 10);
    return `#${grey}${grey}${grey}`;
  }
  const index = colour - 16;
  const part = (size: number) => hex(steps[Math.floor(index / size) % 6] ?? 0);
  return `#${part(36)}${part(6)}${part(1)}`;
};
