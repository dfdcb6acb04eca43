import { readConfiguration } from './configuration.ts';
import { minorOf } from './version.ts';
import { Refusal } from './yaml.ts';

/** Why that version of Alertmanager would refuse a configuration, in its words; undefined: it takes it. */
export function refusal(text: string, version: string): string | undefined {
  try {
    readConfiguration(text, minorOf(version));
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
