import { useMachineNames } from '../../queries/machines.ts';
import { ShortId } from '../../ui/copy.tsx';

/** A machine by its name; by its id where it is gone: snapshots outlive machines. */
export const MachineName = ({ id }: { readonly id: string }) => {
  const name = useMachineNames().get(id);
  return name === undefined ? <ShortId id={id} /> : <span>{name}</span>;
};
