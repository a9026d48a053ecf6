import type { Locale } from '@dumont/contracts/identity/auth';
import type { MailWishes } from '@dumont/contracts/identity/settings';
import type { Executor, Transactor } from '../../kernel/db/database.ts';
import type { Mail } from '../mail/index.ts';
import type { MachineRow } from './machine.ts';

export type OwnerNews = keyof MailWishes;

/** Mails the owner of a machine in the transaction of what it tells about, if they want it. */
export type TellOwner = (
  tx: Transactor,
  machine: Pick<MachineRow, 'id' | 'label' | 'owner_id'>,
  news: OwnerNews,
) => Promise<void>;

const texts: Readonly<Record<Locale, Readonly<Record<OwnerNews, readonly [string, string]>>>> = {
  en: {
    machine_asleep: [
      'was put to sleep',
      'It was put to sleep: its files are in a verified snapshot, and it costs nothing until it is woken.',
    ],
    machine_lost: [
      'was lost',
      'Its provider no longer has it, and nobody here gave it back. If there is a verified snapshot of it, it can be woken from that.',
    ],
    budget: ['does not fit the budget', 'It was not rented, because of the budget of this installation.'],
  },
  'pt-BR': {
    machine_asleep: [
      'foi posta para dormir',
      'Ela foi posta para dormir: seus arquivos estão em um snapshot verificado, e ela não custa nada até ser acordada.',
    ],
    machine_lost: [
      'foi perdida',
      'O provedor não a tem mais, e ninguém aqui a devolveu. Se houver um snapshot verificado, ela pode ser acordada a partir dele.',
    ],
    budget: ['não cabe no orçamento', 'Ela não foi alugada, por causa do orçamento desta instalação.'],
  },
};

/** Where mails of a user may go, and which they want; undefined for who gets none. */
export type MailWishesOf = (
  executor: Executor,
  userId: string,
) => Promise<{ readonly email: string; readonly language: Locale; readonly wishes: MailWishes } | undefined>;

export const createTellOwner =
  (deps: {
    readonly mail: Pick<Mail, 'configured' | 'send'>;
    readonly mailWishesOf: MailWishesOf;
    readonly publicUrl: string | undefined;
  }): TellOwner =>
  async (tx, machine, news) => {
    if (!deps.mail.configured || machine.owner_id === null) return;
    const owner = await deps.mailWishesOf(tx, machine.owner_id);
    if (owner?.wishes[news] !== true) return;
    const [happened, explained] = texts[owner.language][news];
    const link = deps.publicUrl === undefined ? [] : [`${deps.publicUrl}/machines/${machine.id}`];
    await deps.mail.send(tx, {
      to: owner.email,
      subject: `${machine.label} ${happened}`,
      text: [`${machine.label}: ${explained}`, ...link].join('\n\n'),
    });
  };
