import { useEffect, type ReactNode } from 'react';
import { Logo } from '../../app/shell/logo.tsx';
import { LanguageMenu, ThemeMenu } from '../../app/shell/preferences-menus.tsx';

interface FrontPageProps {
  readonly title: string;
  readonly text?: string;
  readonly signedIn?: boolean;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

/** The frame of the pages before the console: one narrow column, language and theme at hand. */
export const FrontPage = ({ title, text, signedIn = false, children, footer }: FrontPageProps) => {
  useEffect(() => {
    document.title = `${title} · Dumont`;
  }, [title]);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-13 items-center justify-end gap-1 px-3">
        <LanguageMenu signedIn={signedIn} />
        <ThemeMenu />
      </header>
      <main className="mx-auto flex w-full max-w-sm flex-col px-4 pt-[8vh] pb-16">
        <Logo />
        <div className="mt-5 rounded-xl border border-line bg-surface p-6 shadow-raised">
          <h1 className="text-lg font-semibold tracking-[-0.01em] text-ink">{title}</h1>
          {text !== undefined && <p className="mt-1 text-sm text-ink-muted">{text}</p>}
          <div className="mt-5">{children}</div>
        </div>
        {footer !== undefined && <div className="mt-4 text-center text-sm text-ink-muted">{footer}</div>}
      </main>
    </div>
  );
};
