/** A linear model as PuLP writes it (`LpProblem.to_dict`), the form that Cornflow stores and sends. */
export interface PulpModel {
  readonly objective: PulpObjective;
  readonly constraints: readonly PulpConstraint[];
  readonly variables: readonly PulpVariable[];
  readonly parameters: PulpParameters;
  /** At most one of the members may differ from zero. PuLP says nothing of the form of a member: see `sos.ts`. */
  readonly sos1?: readonly unknown[];
  /** At most two may differ from zero, and they are neighbours in the order of the weights. */
  readonly sos2?: readonly unknown[];
}

export interface PulpTerm {
  readonly name: string;
  readonly value: number;
}

interface PulpObjective {
  readonly name?: string | null;
  readonly coefficients: readonly PulpTerm[];
  /** Not PuLP's own: it loses the constant of an objective. */
  readonly constant?: number | null;
}

/** `sum of coefficients + constant (sense) 0`: -1 is `<=`, 0 is `=`, 1 is `>=`. So the right side is `-constant`. */
export interface PulpConstraint {
  readonly name: string | null;
  readonly sense: -1 | 0 | 1;
  readonly coefficients: readonly PulpTerm[];
  readonly constant?: number | null;
  /** What the objective gains for each unit more on the right side. */
  readonly pi?: number | null;
}

export interface PulpVariable {
  readonly name: string;
  readonly cat: 'Continuous' | 'Integer' | 'Binary';
  /** `null` or missing: without a bound on this side. */
  readonly lowBound?: number | null;
  readonly upBound?: number | null;
  readonly varValue?: number | null;
  /** The reduced cost: what the objective gains for each unit more of this variable. */
  readonly dj?: number | null;
}

interface PulpParameters {
  readonly name: string;
  /** 1 minimises, -1 maximises. */
  readonly sense: 1 | -1;
  readonly status?: number;
  readonly sol_status?: number;
}

export const lowerOf = (variable: PulpVariable): number =>
  variable.cat === 'Binary' ? Math.max(0, variable.lowBound ?? 0) : (variable.lowBound ?? -Infinity);

export const upperOf = (variable: PulpVariable): number =>
  variable.cat === 'Binary' ? Math.min(1, variable.upBound ?? 1) : (variable.upBound ?? Infinity);

export const valuesByName = (model: PulpModel): Map<string, number> =>
  new Map(
    model.variables.flatMap(({ name, varValue }) =>
      varValue === null || varValue === undefined ? [] : [[name, varValue] as const],
    ),
  );
