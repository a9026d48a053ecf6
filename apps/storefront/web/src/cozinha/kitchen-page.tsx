import { useState } from 'react';
import { useSessionState } from '../lib/session-state.ts';
import { useTask } from '../lib/use-task.ts';
import { Failure } from '../ui/failure.tsx';
import { Kitchen } from './kitchen.tsx';
import { signIn, type StaffSession } from './staff-session.ts';

export const KitchenPage = () => {
  const [session, setSession] = useSessionState<StaffSession | null>('fastfood.staff', null);
  if (session === null) return <SignIn onSignedIn={setSession} />;
  return <Kitchen first={session} onSession={setSession} />;
};

const SignIn = ({ onSignedIn }: { readonly onSignedIn: (session: StaffSession) => void }) => {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const task = useTask();
  return (
    <main className="page">
      <header className="stack">
        <h1>Cozinha e balcão</h1>
        <p className="muted">Entre com o seu usuário da equipe.</p>
      </header>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(async () => onSignedIn(await signIn(email.trim(), password)));
        }}
      >
        <label>
          E-mail
          <input
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
        </label>
        <label>
          Senha
          <input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
        </label>
        <Failure text={task.error} />
        <button className="main" type="submit" disabled={task.isBusy}>
          Entrar
        </button>
      </form>
    </main>
  );
};
