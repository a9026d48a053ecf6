import type { Precedence } from './data.ts';

/** Jobs that wait for themselves, in the groups in which each waits for each (Tarjan, SIAM Journal on Computing 1, 1972). */
export const cyclesOf = (precedences: readonly Precedence[]): number[][] => {
  const followers = Map.groupBy(precedences, ({ before }) => before);
  const numbers = new Map<number, number>();
  const lowest = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const cycles: number[][] = [];
  // With a stack of its own: a chain of a hundred thousand jobs is not too long.
  const visit = (root: number): void => {
    const stack = [{ job: root, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { job } = top;
      if (top.next === 0) enter(job);
      const after = followers.get(job)?.[top.next++]?.after;
      if (after === undefined) {
        stack.pop();
        leave(job, stack.at(-1)?.job);
      } else if (!numbers.has(after)) stack.push({ job: after, next: 0 });
      else if (isOpen.has(after)) lower(job, numbers.get(after));
    }
  };
  const lower = (job: number, value = Number.POSITIVE_INFINITY): void => {
    lowest.set(job, Math.min(lowest.get(job) ?? value, value));
  };
  const enter = (job: number): void => {
    numbers.set(job, numbers.size);
    lower(job, numbers.get(job));
    open.push(job);
    isOpen.add(job);
  };
  const leave = (job: number, parent: number | undefined): void => {
    if (parent !== undefined) lower(parent, lowest.get(job));
    if (lowest.get(job) !== numbers.get(job)) return;
    const group = open.splice(open.lastIndexOf(job));
    for (const member of group) isOpen.delete(member);
    const isCycle = group.length > 1 || followers.get(job)?.some(({ after }) => after === job);
    if (isCycle === true) cycles.push(group);
  };
  for (const job of followers.keys()) if (!numbers.has(job)) visit(job);
  return cycles;
};
