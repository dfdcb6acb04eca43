import type { GlobalOptions } from '../app.ts';

export interface OncallOptions extends GlobalOptions {
  readonly command: 'oncall';
  /** Of the picture. */
  readonly weeks: number;
}

/** Those that change something show it first. */
interface Changing extends GlobalOptions {
  readonly yes: boolean;
  readonly plan: boolean;
  /** Do it although something speaks against it. */
  readonly anyway: boolean;
}

export interface OverrideOptions extends Changing {
  readonly command: 'override';
  /** An e-mail, or a name that is somebody's alone. */
  readonly who?: string;
  readonly begins?: string;
  readonly ends?: string;
  /** A length of time. */
  readonly lasts?: string;
  readonly schedule?: string;
  /** Only the hours that this person has. */
  readonly insteadOf?: string;
  readonly list: boolean;
  /** Id of a replacement. */
  readonly cancel?: string;
}

export interface MaintenanceOptions extends Changing {
  readonly command: 'maintenance start' | 'maintenance list' | 'maintenance end';
  readonly preset?: 'deployment' | 'database';
  readonly lasts?: string;
  readonly at?: string;
  readonly service: 'critical' | 'high' | 'both';
  readonly reason?: string;
  readonly id?: string;
}

export interface HandoffOptions extends GlobalOptions {
  readonly command: 'handoff';
  readonly schedule?: string;
  /** Milliseconds. */
  readonly since: number;
  readonly markdown: boolean;
}

export interface TeardownOptions extends Changing {
  readonly command: 'teardown';
  /** What a person would type to agree. */
  readonly name?: string;
}

export type DayTwoOptions = OncallOptions | OverrideOptions | MaintenanceOptions | HandoffOptions | TeardownOptions;
