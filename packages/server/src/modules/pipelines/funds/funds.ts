import { z } from 'zod';
import type { Clock } from '../../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../../kernel/db/cursor.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Catalogue } from '../manifests/catalogue.ts';
import type { Actor, ChangeSettings } from '../settings-change.ts';
import {
  countKnownFunds,
  listKnownFunds,
  listSelections,
  saveSelection,
  type FundSelection,
  type KnownFund,
} from './funds-store.ts';

export interface FundPage {
  readonly items: KnownFund[];
  readonly nextCursor: string | null;
  readonly useAll: boolean;
  readonly selected: number;
  readonly known: number;
}

export interface Funds {
  /** Throws `system.not_found` and `request.cursor`. A system that knows no funds has an empty list. */
  list(
    projectId: string,
    systemId: string,
    query: {
      readonly limit: number;
      readonly cursor?: string | undefined;
      readonly search?: string | undefined;
    },
  ): Promise<FundPage>;
  /** Of every system that knows funds. */
  listSelections(projectId: string): Promise<ReadonlyMap<string, FundSelection>>;
  /** All or none. Throws `system.not_found`. */
  select(actor: Actor, selections: readonly (FundSelection & { readonly systemId: string })[]): Promise<void>;
}

const Cursor = z.strictObject({ after: z.string().max(14) });
const everything: FundSelection = { useAll: true, cnpjs: [] };

export const createFunds = (deps: {
  db: Database;
  clock: Clock;
  catalogue: Catalogue;
  changeSettings: ChangeSettings;
}): Funds => ({
  list: async (projectId, systemId, { limit, cursor, search }) => {
    const system = deps.catalogue.findSystem(systemId);
    if (system === undefined) throw new AppError('system.not_found', { id: systemId });
    const after = cursor === undefined ? '' : decodeCursor(cursor, Cursor).after;
    const { useAll, cnpjs } = (await listSelections(deps.db, projectId)).get(systemId) ?? everything;
    if (!system.definition.knownFunds) {
      return { items: [], nextCursor: null, useAll, selected: cnpjs.length, known: 0 };
    }
    const [rows, known] = await Promise.all([
      listKnownFunds(deps.db, { projectId, systemId, after, limit: limit + 1, search: search || undefined }),
      countKnownFunds(deps.db),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor({ after: last.cnpj }) : null;
    return { items, nextCursor, useAll, selected: useAll ? known : cnpjs.length, known };
  },

  listSelections: async (projectId) => {
    const selections = await listSelections(deps.db, projectId);
    const systems = deps.catalogue.systems.filter(({ definition }) => definition.knownFunds);
    return new Map(systems.map(({ definition: { id } }) => [id, selections.get(id) ?? everything]));
  },

  select: async (actor, selections) => {
    const unknown = selections.find(({ systemId }) => deps.catalogue.findSystem(systemId) === undefined);
    if (unknown !== undefined) throw new AppError('system.not_found', { id: unknown.systemId });
    const at = deps.clock.now();
    await deps.changeSettings(
      selections.map(({ systemId, useAll, cnpjs }) => ({
        ...actor,
        action: 'funds.selected',
        subjectType: 'funds',
        subjectId: systemId,
        systems: [systemId],
        details: { useAll, count: cnpjs.length },
      })),
      async (executor) => {
        for (const { systemId, useAll, cnpjs } of selections) {
          const unique = [...new Set(cnpjs)];
          await saveSelection(executor, { projectId: actor.projectId, systemId, useAll, cnpjs: unique, at });
        }
      },
    );
  },
});
