// Node's test runner hooks into every promise and resource of its process, to know in which test each was made: that
// costs a fifth of what the tests themselves do. It has to know that while a file is loaded, for a test is put into the
// suite in which `test` was called; later it would only name the test in which an error was thrown outside of any, and
// such an error fails the process all the same.
import asyncHooks from 'node:async_hooks';

const { createHook } = asyncHooks;
let hook;
asyncHooks.createHook = (callbacks) => (hook = createHook(callbacks));
// Nobody else may load it before.
const { after, describe } = await import('node:test');
asyncHooks.createHook = createHook;

const top = new asyncHooks.AsyncResource('tests');

/** Has `work` called when all tests of this process have ended. The runner makes its hook at the first such call. */
export const afterAll = (work) => after(work);

/** Runs the tests that `load` makes in a suite of their own; resolves when they have ended. After `afterAll`. */
export const runSuite = (name, load) =>
  new Promise((resolve) => {
    hook.enable();
    // Wherever we are called from, the suite is in no other.
    top.runInAsyncScope(() => {
      void describe(name, async () => {
        after(resolve);
        try {
          await load();
        } catch (error) {
          resolve();
          throw error;
        } finally {
          hook.disable();
        }
      });
    });
  });
