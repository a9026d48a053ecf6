export interface Instance {
  readonly parameters: Size;
  readonly items: readonly Item[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whole numbers; an item keeps its orientation. */
export interface Item extends Size {
  readonly id: number;
  readonly value: number;
}

/** The lower left corner of each item that is in the bin. */
export interface Solution {
  readonly included: readonly Place[];
}

export interface Place {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** Items that fit into the empty bin. */
export const candidatesOf = ({ parameters, items }: Instance): Item[] =>
  items.filter(({ width, height }) => width <= parameters.width && height <= parameters.height);

/** No packing is worth more: the most valuable items by area, the last one in part. */
export const valueBound = (instance: Instance): number => {
  const { width, height } = instance.parameters;
  const density = (item: Item): number => item.value / (item.width * item.height);
  let room = width * height;
  let value = 0;
  for (const item of candidatesOf(instance).toSorted((a, b) => density(b) - density(a))) {
    const part = Math.min(1, room / (item.width * item.height));
    value += item.value * part;
    room -= item.width * item.height * part;
  }
  return Math.floor(value + 1e-9);
};

export const worth = ({ items }: Instance, { included }: Solution): number => {
  const values = new Map(items.map(({ id, value }) => [id, value]));
  return included.reduce((sum, { id }) => sum + (values.get(id) ?? 0), 0);
};
