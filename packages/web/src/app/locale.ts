import { useMutation, useQueryClient } from '@tanstack/react-query';
import { showLocale } from '../i18n/i18n.ts';
import { api } from '../lib/api.ts';
import type { Locale } from '@dumont/contracts/identity/auth';
import { usePreferences } from '../lib/preferences.ts';
import { sessionQueries } from '../queries/session.ts';
import { toast } from '../ui/toast.tsx';

/** Shows another language at once, remembers it here and, signed in, in the profile. */
export const useChooseLocale = (options: { readonly signedIn: boolean }): ((locale: Locale) => void) => {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (locale: Locale) => api.updateMe({ body: { locale } }),
    onSuccess: (me) => queryClient.setQueryData(sessionQueries.me().queryKey, me),
    onError: toast.error,
  });
  return (locale) => {
    usePreferences.getState().setLocale(locale);
    showLocale(locale).catch(toast.error);
    if (options.signedIn) save.mutate(locale);
  };
};
