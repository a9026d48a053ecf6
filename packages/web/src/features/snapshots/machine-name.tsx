import { Link } from '@tanstack/react-router';
import { useMachineNames } from '../../queries/machines.ts';
import { ShortId } from '../../ui/copy.tsx';

/** A machine by its name, leading to it; by its id where it is gone: snapshots outlive machines. */
export const MachineName = ({ id }: { readonly id: string }) => {
  const name = useMachineNames().get(id);
  if (name === undefined) return <ShortId id={id} />;
  return (
    <Link
      to="/machines/$machineId"
      params={{ machineId: id }}
      search={{}}
      className="underline-offset-4 hover:underline"
    >
      {name}
    </Link>
  );
};
