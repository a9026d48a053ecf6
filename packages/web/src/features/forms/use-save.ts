import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { toast } from '../../ui/toast.tsx';

interface SaveOptions<Values, Result> {
  readonly save: (values: Values) => Promise<Result>;
  /** What is read again before the form closes. */
  readonly refresh: readonly QueryKey[];
  /** What to say; null says nothing. */
  readonly done: (result: Result, values: Values) => string | null;
  readonly onDone?: (result: Result) => void;
  /** Where no form shows it. */
  readonly toastErrors?: boolean;
}

/** Saves, reads again what changed, says so. Errors are the form's to show. */
export const useSave = <Values, Result>(options: SaveOptions<Values, Result>) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: options.save,
    onSuccess: async (result, values) => {
      await Promise.all(options.refresh.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
      const text = options.done(result, values);
      if (text !== null) toast.ok(text);
      options.onDone?.(result);
    },
    ...(options.toastErrors ? { onError: toast.error } : {}),
  });
};
