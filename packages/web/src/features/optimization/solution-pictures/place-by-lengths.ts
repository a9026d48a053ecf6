import type { NodeId } from './picture-data.ts';
import type { Point } from './place-nodes.ts';

/** More nodes would take longer to place than one waits for a picture. */
const mostNodes = 400;
const rounds = 100;
/** The lengths may differ by this share of their mean from those that are drawn; more is no plane. */
const mostError = 0.2;

/** All pairs, row after row; undefined where one has no length. Ways of two lengths take the middle. */
const squaresOf = (
  ids: readonly NodeId[],
  lengthOf: (from: NodeId, to: NodeId) => number | undefined,
): Float64Array | undefined => {
  const size = ids.length;
  const squares = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < row; column += 1) {
      const [a, b] = [ids[row] as NodeId, ids[column] as NodeId];
      const there = lengthOf(a, b);
      const back = lengthOf(b, a);
      if (there === undefined || back === undefined) return undefined;
      const square = ((there + back) / 2) ** 2;
      squares[row * size + column] = square;
      squares[column * size + row] = square;
    }
  }
  return squares;
};

const at = (values: Float64Array, index: number): number => values[index] ?? 0;

/** Takes the means of rows and columns out: what is left are inner products of places around their middle. */
const centred = (squares: Float64Array, size: number): Float64Array => {
  const means = Float64Array.from(
    { length: size },
    (_, row) => squares.subarray(row * size, (row + 1) * size).reduce((sum, one) => sum + one, 0) / size,
  );
  const mean = means.reduce((sum, one) => sum + one, 0) / size;
  return squares.map(
    (square, index) => -0.5 * (square - at(means, Math.floor(index / size)) - at(means, index % size) + mean),
  );
};

/** The longest axis of a symmetric matrix, by its power, scaled to places; it is taken out of the matrix. */
const takeAxis = (matrix: Float64Array, size: number): Float64Array => {
  // Any start that no axis is square to will do; it is the same each time, so that a picture does not turn.
  let axis = Float64Array.from({ length: size }, (_, index) => Math.sin(index + 1));
  let value = 0;
  for (let round = 0; round < rounds; round += 1) {
    const next = axis.map((_, row) => {
      let sum = 0;
      for (let column = 0; column < size; column += 1)
        sum += at(matrix, row * size + column) * at(axis, column);
      return sum;
    });
    value = Math.hypot(...next);
    if (value === 0) break;
    axis = next.map((one) => one / value);
  }
  for (let index = 0; index < matrix.length; index += 1)
    matrix[index] = at(matrix, index) - value * at(axis, Math.floor(index / size)) * at(axis, index % size);
  return axis.map((one) => one * Math.sqrt(value));
};

/**
 * Where nodes may lie, from the lengths between them all (classical scaling); the whole may be turned or mirrored.
 * Undefined where a pair has no length, or where the lengths fit no plane.
 */
export const placeByLengths = (
  ids: readonly NodeId[],
  lengthOf: (from: NodeId, to: NodeId) => number | undefined,
): Map<NodeId, Point> | undefined => {
  const size = ids.length;
  if (size < 3 || size > mostNodes) return undefined;
  const squares = squaresOf(ids, lengthOf);
  if (squares === undefined) return undefined;
  const matrix = centred(squares, size);
  const [xs, ys] = [takeAxis(matrix, size), takeAxis(matrix, size)];
  let [error, total] = [0, 0];
  for (const [index, square] of squares.entries()) {
    const [row, column] = [Math.floor(index / size), index % size];
    const drawn = Math.hypot(at(xs, row) - at(xs, column), at(ys, row) - at(ys, column));
    error += Math.abs(drawn - Math.sqrt(square));
    total += Math.sqrt(square);
  }
  if (!(error <= mostError * total)) return undefined;
  return new Map(ids.map((id, index) => [id, { x: at(xs, index), y: at(ys, index) }]));
};
