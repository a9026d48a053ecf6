import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { SettingsSearch } from './settings-search.ts';

const route = getRouteApi('/app/settings/$section');

/** The filters of the section that is shown, and what changes them. */
export const useSettingsSearch = () => {
  const search = route.useSearch();
  const { section } = route.useParams();
  const navigate = useNavigate();
  const show = (next: SettingsSearch) =>
    void navigate({ to: '/settings/$section', params: { section }, search: next });
  return [search, show] as const;
};
