export interface Instance {
  readonly parameters: {
    readonly cost_per_km_per_dose: number;
    /** Days on which goods flow; without it two. */
    readonly days?: number;
  };
  readonly products: readonly Product[];
  readonly suppliers: readonly Supply[];
  readonly warehouses: readonly Warehouse[];
  readonly clients: readonly { readonly id: string; readonly demand: number }[];
  /** Only between these nodes may goods flow, in this direction. */
  readonly distances: readonly (Way & { readonly distance: number })[];
  readonly restricted_flows: readonly Way[];
}

interface Product {
  readonly id: string;
  /** For one person: 1, or 2 of which the second comes on the second day. */
  readonly nb_doses: number;
  /** Of one dose. */
  readonly unit_cost: number;
}

/** What one supplier has of one product, in doses. */
interface Supply {
  readonly id: string;
  readonly id_product: string;
  readonly availability: number;
}

interface Warehouse {
  readonly id: string;
  /** Doses a day. */
  readonly capacity: number;
  /** Once, when anything flows through it. */
  readonly fixed_cost: number;
  /** For each dose that flows through it. */
  readonly variable_cost: number;
}

export interface Way {
  readonly origin: string;
  readonly destination: string;
}

export interface Solution {
  readonly flows: readonly Flow[];
}

/** In doses. */
export interface Flow extends Way {
  readonly product: string;
  readonly day: string;
  readonly flow: number;
}

export const daysOf = ({ parameters }: Instance): string[] =>
  Array.from({ length: parameters.days ?? 2 }, (_, at) => `Day ${at + 1}`);

export const wayKey = ({ origin, destination }: Way): string => JSON.stringify([origin, destination]);
