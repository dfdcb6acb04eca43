export { prometheusImitation } from './imitation.ts';
