import type { Instance } from '@dumont/contracts/machines/instances';
import { RotateCw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidText } from '../../i18n/said-text.ts';
import { api } from '../../lib/api.ts';
import { Button } from '../../ui/button.tsx';
import { keyBytes, pasteBytes } from './keys.ts';
import { createPainter } from './paint.ts';
import { createScreen, type Screen } from './screen.ts';
import { openSession, type SessionState, type TerminalSession, type TerminalSocket } from './session.ts';

const openSocket = (machineId: string) => (ticket: string) => {
  const address = new URL(`/api/v1/instances/${machineId}/terminal`, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.searchParams.set('ticket', ticket);
  return new WebSocket(address) as TerminalSocket;
};

const fewest = { columns: 20, rows: 5 };
const most = { columns: 500, rows: 200 };

interface TerminalProps {
  readonly machine: Pick<Instance, 'id' | 'label'>;
}

/** A shell in a machine. Loaded on demand, and alive for as long as it is shown. */
const Terminal = ({ machine }: TerminalProps) => {
  const { t } = useTranslation('machines');
  const [round, setRound] = useState(0);
  const [state, setState] = useState<SessionState>({ kind: 'connecting' });
  const isOver = state.kind !== 'connecting' && state.kind !== 'open';
  return (
    <section className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <header className="flex min-h-10 flex-wrap items-center gap-3 border-b border-line bg-surface px-4 py-1 text-xs text-ink-muted">
        <span role="status">
          {state.kind === 'connecting'
            ? t('terminal.connecting')
            : state.kind === 'open'
              ? t('terminal.open')
              : state.kind === 'exited'
                ? state.code === null
                  ? t('terminal.ended')
                  : t('terminal.exit', { code: state.code })
                : state.kind === 'failed'
                  ? saidText(state.code === null ? null : { code: state.code, params: {} }, state.message)
                  : t('terminal.lost')}
        </span>
        <span id="terminal-leave" className="ml-auto hidden sm:inline">
          {t('terminal.leave')}
        </span>
        {isOver && (
          <Button size="sm" onClick={() => setRound(round + 1)}>
            <RotateCw aria-hidden />
            {t('terminal.again')}
          </Button>
        )}
      </header>
      <Shell key={round} machine={machine} isOver={isOver} onState={setState} />
    </section>
  );
};

interface ShellProps extends TerminalProps {
  readonly isOver: boolean;
  readonly onState: (state: SessionState) => void;
}

const Shell = ({ machine, isOver, onState }: ShellProps) => {
  const { t } = useTranslation('machines');
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLPreElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const live = useRef<{ readonly screen: Screen; readonly session: TerminalSession }>(undefined);

  useEffect(() => {
    const [scroller, host, ruler] = [view.current, content.current, probe.current];
    if (scroller === null || host === null || ruler === null) return;
    const paint = createPainter(host);
    let frame = 0;
    const draw = () => {
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        const isAtEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 8;
        paint(screen);
        // Who reads above is left there.
        if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
      });
    };
    const measure = () => {
      const { width, height } = ruler.getBoundingClientRect();
      const fit = (space: number, one: number, side: 'columns' | 'rows') =>
        Math.min(most[side], Math.max(fewest[side], Math.floor(space / one)));
      const padding = 24;
      return [
        fit(scroller.clientWidth - padding, width / 10, 'columns'),
        fit(scroller.clientHeight - padding, height, 'rows'),
      ] as const;
    };
    const [columns, rows] = measure();
    const screen = createScreen({ columns, rows, reply: (text) => session.send(text) });
    const session = openSession({
      issueTicket: async () => (await api.issueTicket({ body: { purpose: 'websocket' } })).ticket,
      openSocket: openSocket(machine.id),
      onText: (text) => {
        screen.write(text);
        draw();
      },
      onState,
    });
    session.resize(columns, rows);
    live.current = { screen, session };
    const observer = new ResizeObserver(() => {
      const size = measure();
      screen.resize(...size);
      session.resize(...size);
      draw();
    });
    observer.observe(scroller);
    input.current?.focus();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      session.close();
    };
  }, [machine.id, onState]);

  const send = (text: string) => {
    live.current?.session.send(text);
    if (view.current !== null) view.current.scrollTop = view.current.scrollHeight;
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a click only leads to the text area, which the keyboard reaches by itself
    <div
      ref={view}
      onMouseUp={() => {
        // Selecting text is not typing.
        if (getSelection()?.isCollapsed ?? true) input.current?.focus({ preventScroll: true });
      }}
      className="terminal relative h-[min(34rem,70vh)] bg-terminal-ground text-terminal-ink cursor-text overflow-y-auto p-3 focus-within:outline-2 focus-within:-outline-offset-2 focus-within:outline-focus"
    >
      <span ref={probe} aria-hidden className="invisible absolute font-mono text-[13px] leading-[18px]">
        WWWWWWWWWW
      </span>
      <pre
        ref={content}
        aria-label={t('terminal.screen')}
        className="font-mono text-[13px] leading-[18px] whitespace-pre"
      />
      <textarea
        ref={input}
        aria-label={t('terminal.label', { name: machine.label })}
        aria-describedby="terminal-leave"
        disabled={isOver}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        className="pointer-events-none fixed size-px resize-none opacity-0 outline-none"
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const bytes = keyBytes(event, live.current?.screen.modes().applicationCursor ?? false);
          if (bytes === undefined) return;
          event.preventDefault();
          send(bytes);
        }}
        onInput={(event) => {
          if (event.nativeEvent.isComposing) return;
          send(event.currentTarget.value);
          event.currentTarget.value = '';
        }}
        onCompositionEnd={(event) => {
          send(event.currentTarget.value);
          event.currentTarget.value = '';
        }}
        onPaste={(event) => {
          event.preventDefault();
          send(
            pasteBytes(
              event.clipboardData.getData('text/plain'),
              live.current?.screen.modes().bracketedPaste ?? false,
            ),
          );
        }}
      />
    </div>
  );
};

export default Terminal;
