import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../kernel/errors.ts';
import { demandFree, type Claimant } from './conflicts.ts';
import { routeOf } from './plane-test-kit.ts';

const upstreams = [{ url: 'http://service.example' }];
const theirs = (more: object) => ({
  ...routeOf({ name: 'theirs', upstreams, ...more }),
  projectId: 'theirs',
  managedBy: null,
});
const stranger: Claimant = { projectId: 'mine', mayChange: (id) => id === 'mine', isKeeper: false };

/** The code of the error, or `free`. */
const ask = (wanted: object, present: object, claimant = stranger): string => {
  const definition = RouteDefinition.parse({ name: 'wanted', path: '/{proxy+}', upstreams, ...wanted });
  try {
    demandFree(definition, [{ ...theirs({}), ...present }], undefined, claimant);
    return 'free';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

test('nobody takes requests, and the tokens in them, from a route of a project that is not theirs', () => {
  const shop = theirs({ path: '/shop/{proxy+}', methods: ['GET', 'POST'] });
  const taken = [
    { path: '/shop/checkout' },
    { path: '/shop/{id}' },
    { path: '/shop' },
    { path: '/{any}/checkout', hosts: ['shop.example.org'] },
    { hosts: ['*.example.org'] },
    { path: '/shop/checkout', methods: ['POST'] },
  ];
  for (const wanted of taken) assert.equal(ask(wanted, shop), 'gateway.route_taken', JSON.stringify(wanted));
  const free = [
    { path: '/other/checkout' },
    { path: '/shopping' },
    // It is asked only for what `shop` does not take.
    { path: '/{proxy+}' },
    { path: '/{any}/{proxy+}' },
    { path: '/shop/checkout', methods: ['DELETE'] },
  ];
  for (const wanted of free) assert.equal(ask(wanted, shop), 'free', JSON.stringify(wanted));
});

test('hosts are told apart: below one name, at one, at any', () => {
  const wild = theirs({ path: '/a/{proxy+}', hosts: ['*.example.org'] });
  assert.equal(ask({ hosts: ['shop.example.org'] }, wild), 'gateway.route_taken');
  assert.equal(ask({ path: '/a/b', hosts: ['*.example.org'] }, wild), 'gateway.route_taken');
  assert.equal(ask({ path: '/a/b', hosts: ['deep.shop.example.org'] }, wild), 'free');
  assert.equal(ask({ path: '/a/b', hosts: ['example.org'] }, wild), 'free');
  assert.equal(ask({ path: '/a/b' }, wild), 'free');
});

test('who may change the routes of both projects may let one take from the other', () => {
  const shop = theirs({ path: '/shop/{proxy+}' });
  assert.equal(ask({ path: '/shop/checkout' }, shop, { ...stranger, mayChange: () => true }), 'free');
  assert.equal(ask({ path: '/shop/checkout' }, shop, { ...stranger, projectId: 'theirs' }), 'free');
});

test('what a service believes is signed for its own routes alone', () => {
  const wanted = { path: '/mine', identityAudience: 'storefront' };
  const present = theirs({ path: '/shop/{proxy+}', identityAudience: 'storefront' });
  assert.equal(ask(wanted, present), 'gateway.audience_taken');
  assert.equal(ask({ ...wanted, identityAudience: 'other' }, present), 'free');
  const both = { ...stranger, mayChange: () => true };
  assert.equal(ask(wanted, present, both), 'free');
  const system = { ...present, managedBy: 'system' as const };
  assert.equal(ask(wanted, system, both), 'gateway.audience_taken');
  assert.equal(ask(wanted, system, { ...both, isKeeper: true }), 'free');
});
