import { installationPermissions, type Permission } from '@dumont/contracts/access';
import type { Route } from '@dumont/contracts/route';
import type { Attempt, Place } from './attempts.ts';

/**
 * What should happen, from the contract's `access` and the grants alone: written anew, so that it does not repeat
 * a mistake of the server.
 */
export type Outcome = 'in' | 'sign in first' | 'forbidden' | 'not there';

export interface Subject {
  readonly name: string;
  readonly isAnonymous?: boolean;
  /** Grants over the installation. */
  readonly installation: readonly string[];
  /** Grants in the subject's own project. */
  readonly project: readonly string[];
  /** Grants in a third project, where none of the objects is. */
  readonly elsewhere?: readonly string[];
}

const holds = (grants: readonly string[], grant: string): boolean =>
  grants.includes('*') || grants.includes(grant);

const isOverInstallation = (permission: Permission): boolean =>
  (installationPermissions as readonly string[]).includes(permission);

const holdsSomewhere = (subject: Subject, permission: Permission): boolean => {
  if (holds(subject.installation, permission)) return true;
  if (isOverInstallation(permission)) return false;
  return [subject.project, subject.elsewhere ?? []].some(
    (grants) => holds(grants, permission) || holds(grants, `${permission}:own`),
  );
};

const reaches = (subject: Subject, permission: Permission, attempt: Attempt, place: Place): boolean => {
  if (holds(subject.installation, permission)) return true;
  if (isOverInstallation(permission) || place === 'foreign') return false;
  if (holds(subject.project, permission)) return true;
  // What is made or set in a project is one's own; a thing without an owner is nobody's.
  const isOwn = attempt.about === 'object' ? place === 'own' : attempt.seenWith === undefined;
  return isOwn && holds(subject.project, `${permission}:own`);
};

const sees = (subject: Subject, attempt: Attempt, place: Place): boolean => {
  if (attempt.seenWith !== undefined) return reaches(subject, attempt.seenWith, attempt, place);
  return place !== 'foreign' || subject.installation.length > 0;
};

export const expectedOutcome = (route: Route, attempt: Attempt, subject: Subject, place: Place): Outcome => {
  const { access } = route;
  if (access.kind === 'public') return 'in';
  // No person has the token of a machine.
  if (access.kind === 'machine') return 'sign in first';
  if (subject.isAnonymous === true) return 'sign in first';
  if (access.kind === 'signed-in')
    return attempt.about === 'personal' && place !== 'own' ? 'not there' : 'in';
  if (access.kind === 'permissions')
    return access.anyOf.some((permission) => holdsSomewhere(subject, permission)) ? 'in' : 'forbidden';
  const needed = [access.permission, ...(attempt.alsoNeeds ?? [])];
  if (!holdsSomewhere(subject, access.permission)) return 'forbidden';
  if (attempt.about === 'nothing')
    return needed.every((permission) => holdsSomewhere(subject, permission)) ? 'in' : 'forbidden';
  if (!sees(subject, attempt, place)) return 'not there';
  const workedOn = attempt.makesOwn === true && place === 'others' ? 'own' : place;
  return needed.every((permission) => reaches(subject, permission, attempt, workedOn)) ? 'in' : 'forbidden';
};
