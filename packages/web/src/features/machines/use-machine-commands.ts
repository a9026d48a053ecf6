import { useNavigate } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/machines/instances';
import { Camera, ReceiptText, ScrollText, SquareTerminal } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../app/commands.ts';

const places = [
  ['terminal', SquareTerminal],
  ['snapshots', Camera],
  ['story', ScrollText],
  ['cost', ReceiptText],
] as const;

/** The parts of a machine's page, in the command palette while it is shown. */
export const useMachineCommands = ({ id, label }: Pick<Instance, 'id' | 'label'>): void => {
  const { t } = useTranslation('machines');
  const navigate = useNavigate();
  const commands = useMemo(
    () =>
      places.map(([tab, icon]) => ({
        id: tab,
        label: `${label}: ${t(`tab.${tab}`)}`,
        keywords: tab,
        icon,
        run: () => void navigate({ to: '/machines/$machineId', params: { machineId: id }, search: { tab } }),
      })),
    [id, label, navigate, t],
  );
  useCommands('machine', commands);
};
