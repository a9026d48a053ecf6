import { clsx, type ClassValue } from 'clsx';

/** Joins class names; falsy ones vanish. */
export const cn = (...classes: ClassValue[]): string => clsx(classes);
