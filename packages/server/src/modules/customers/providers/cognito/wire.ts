import type { AttributeType, UserType } from '@aws-sdk/client-cognito-identity-provider';
import { Consent } from '@dumont/contracts/customers/customers';
import { z } from 'zod';
import type { Customer } from '../../pool.ts';

/** The one attribute that a user pool must be given for us: text, changeable, up to 2,048 characters. */
export const consentsAttribute = 'custom:consents';

const Consents = z.array(Consent);

/** A user of the pool as a customer: the user name is the CPF, `sub` the id. */
export const readUser = (user: UserType): Customer => {
  const values = new Map(user.Attributes?.map(({ Name, Value }) => [Name, Value]));
  const id = values.get('sub');
  const { Username: cpf, UserCreateDate: createdAt, UserLastModifiedDate: updatedAt } = user;
  if (id === undefined || cpf === undefined || createdAt === undefined || updatedAt === undefined)
    throw new TypeError('The user pool answered a user without a name, an id or times.');
  return {
    id,
    cpf,
    name: values.get('name') ?? '',
    email: values.get('email') ?? '',
    consents: Consents.parse(JSON.parse(values.get(consentsAttribute) ?? '[]')),
    createdAt,
    updatedAt,
  };
};

/** Attributes of what is given; what is left out stays as it is. */
export const writeAttributes = (customer: {
  readonly [K in 'name' | 'email' | 'consents']?: Customer[K] | undefined;
}): AttributeType[] => {
  const { name, email, consents } = customer;
  return [
    ...(name === undefined ? [] : [{ Name: 'name', Value: name }]),
    ...(email === undefined ? [] : [{ Name: 'email', Value: email }]),
    ...(consents === undefined ? [] : [{ Name: consentsAttribute, Value: JSON.stringify(consents) }]),
  ];
};

/** A filter by the beginning of a name or by an id. */
export const filterBy = (attribute: 'name' | 'sub', operator: '=' | '^=', value: string): string =>
  `${attribute} ${operator} "${value.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
