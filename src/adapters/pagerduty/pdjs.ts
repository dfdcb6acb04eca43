import { api } from '@pagerduty/pdjs';
import crossFetch from 'cross-fetch';

/** Both are CommonJS: imported by name here, and this file lazily, so that a bundler hands out the same names as Node does. */
export { api, crossFetch };
