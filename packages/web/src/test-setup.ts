import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// A host that is busy lets tests wait, and the first of a file waits for its page to be compiled.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
