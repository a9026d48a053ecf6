/** Problems of TSPLIB (G. Reinelt, Heidelberg 1991): coordinates of places, and the distances that its document defines. */
type Place = readonly [number, number];

/** `GEO`: latitude and longitude as degrees.minutes; kilometres on a ball, made whole as the document says. */
export const geographic = (from: Place, to: Place): number => {
  // The document's own figures: with more digits of pi the optima are others.
  // oxlint-disable-next-line oxc/approx-constant -- the document's
  const pi = 3.141592;
  const radius = 6378.388;
  const radians = (value: number): number => {
    const degrees = Math.trunc(value);
    return (pi * (degrees + (5 * (value - degrees)) / 3)) / 180;
  };
  const [latitude, longitude] = [radians(from[0]), radians(from[1])];
  const [otherLatitude, otherLongitude] = [radians(to[0]), radians(to[1])];
  const q1 = Math.cos(longitude - otherLongitude);
  const q2 = Math.cos(latitude - otherLatitude);
  const q3 = Math.cos(latitude + otherLatitude);
  return Math.trunc(radius * Math.acos(0.5 * ((1 + q1) * q2 - (1 - q1) * q3)) + 1);
};

/** Every pair once; places are numbered from 1. */
export const arcsBetween = (places: readonly Place[], distance: (from: Place, to: Place) => number) =>
  places.flatMap((from, i) =>
    places.slice(i + 1).map((to, offset) => ({ n1: i + 1, n2: i + offset + 2, w: distance(from, to) })),
  );

export const burma14: readonly Place[] = [
  [16.47, 96.1],
  [16.47, 94.44],
  [20.09, 92.54],
  [22.39, 93.37],
  [25.23, 97.24],
  [22.0, 96.05],
  [20.47, 97.02],
  [17.2, 96.29],
  [16.3, 97.38],
  [14.05, 98.12],
  [16.53, 97.38],
  [21.52, 95.59],
  [19.41, 97.13],
  [20.09, 94.55],
];

export const ulysses22: readonly Place[] = [
  [38.24, 20.42],
  [39.57, 26.15],
  [40.56, 25.32],
  [36.26, 23.12],
  [33.48, 10.54],
  [37.56, 12.19],
  [38.42, 13.11],
  [37.52, 20.44],
  [41.23, 9.1],
  [41.17, 13.05],
  [36.08, -5.21],
  [38.47, 15.13],
  [38.15, 15.35],
  [37.51, 15.17],
  [35.49, 14.32],
  [39.36, 19.56],
  [38.09, 24.36],
  [36.09, 23.0],
  [40.44, 13.57],
  [40.33, 14.15],
  [40.37, 14.23],
  [37.57, 22.56],
];
