import { formatCpf, parseCpf } from '@dumont/contracts/cpf';
import { useState } from 'react';
import { ask, Refused } from '../lib/api.ts';
import { useTask } from '../lib/use-task.ts';
import { Failure } from '../ui/failure.tsx';

interface WhoProps {
  /** With the customer's token, or nothing for who stays anonymous. */
  readonly onKnown: (token: string | undefined) => void;
}

const identify = async (cpf: string): Promise<string> =>
  (await ask<{ token: string }>('POST', '/auth', { body: { cpf } })).token;

/** The first choice: by CPF, or not at all; who is not known yet may register. */
export const Who = ({ onKnown }: WhoProps) => {
  const [cpf, setCpf] = useState('');
  const [isNew, setNew] = useState(false);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const task = useTask();
  const submit = async (): Promise<void> => {
    const digits = parseCpf(cpf);
    if (digits === undefined) throw new Refused(400, 'Confira o CPF: os dígitos não combinam.');
    if (isNew)
      await ask('POST', '/cadastro', { body: { nome: name.trim(), email: email.trim(), cpf: digits } });
    try {
      onKnown(await identify(digits));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      setNew(true);
      throw new Refused(
        404,
        'Ainda não conhecemos este CPF. Cadastre-se abaixo, ou siga sem se identificar.',
      );
    }
  };
  return (
    <main className="page">
      <header className="stack">
        <h1>Faça o seu pedido</h1>
        <p className="muted">Identifique-se para guardar os seus pedidos, ou siga direto para o cardápio.</p>
      </header>
      <form
        id="who"
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(submit);
        }}
      >
        <label>
          CPF
          <input
            inputMode="numeric"
            autoComplete="off"
            placeholder="000.000.000-00"
            required
            value={cpf}
            onChange={({ target }) => {
              const digits = parseCpf(target.value);
              setCpf(digits === undefined ? target.value : formatCpf(digits));
            }}
          />
        </label>
        {isNew && (
          <>
            <label>
              Nome
              <input
                autoComplete="name"
                required
                maxLength={200}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            </label>
            <label>
              E-mail
              <input
                type="email"
                autoComplete="email"
                required
                maxLength={254}
                value={email}
                onChange={({ target }) => setEmail(target.value)}
              />
            </label>
            <p className="muted">
              Usamos os seus dados só para os seus pedidos. Você pode pedir que sejam apagados.
            </p>
          </>
        )}
        <Failure text={task.error} />
        <button className="main" type="submit" disabled={task.isBusy}>
          {isNew ? 'Cadastrar e continuar' : 'Continuar com CPF'}
        </button>
        <button className="plain" type="button" onClick={() => setNew(!isNew)}>
          {isNew ? 'Já tenho cadastro' : 'Quero me cadastrar'}
        </button>
      </form>
      <div className="bar">
        <button className="grow" type="button" onClick={() => onKnown(undefined)}>
          Pedir sem me identificar
        </button>
      </div>
    </main>
  );
};
