export { promiseOf, promisesIn } from '../../model/index.ts';
