import { may } from '../lib/access.ts';
import { useMe, useProjectId } from '../queries/session.ts';
import { navigation, type NavigationItem } from './navigation.ts';

/** The places that the person may see. */
export const useNavigation = (): readonly NavigationItem[] => {
  const me = useMe();
  const projectId = useProjectId();
  return navigation.filter(
    ({ permission }) =>
      permission === undefined || [permission].flat().some((each) => may(me, each, projectId)),
  );
};
