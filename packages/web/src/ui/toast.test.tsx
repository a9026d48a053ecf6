import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { startI18n } from '../i18n/i18n.ts';
import { toast, Toaster } from './toast.tsx';

beforeEach(async () => {
  await startI18n('en');
  render(<Toaster />);
});

test('what came of an act is announced, and its next step taken once', async () => {
  const open = vi.fn();
  toast.ok('Run 8 was queued', { label: 'Open', run: open });
  await screen.findByText('Run 8 was queued');
  expect(screen.getByRole('status').textContent).toContain('Run 8 was queued');
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(open).toHaveBeenCalledOnce();
  expect(screen.queryByText('Run 8 was queued')).toBeNull();
});

test('a message can be dismissed, and many do not pile up', async () => {
  for (let number = 1; number <= 6; number += 1) toast.ok(`message ${number}`);
  await screen.findByText('message 6');
  expect(screen.queryByText('message 2')).toBeNull();
  const before = screen.getAllByRole('listitem').length;
  await userEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0] as HTMLElement);
  expect(screen.getAllByRole('listitem').length).toBe(before - 1);
});
