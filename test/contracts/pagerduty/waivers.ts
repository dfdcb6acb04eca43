/** A place where PagerDuty's description contradicts its own words or its real behaviour, and what we check by instead. */
export interface Waiver {
  /** JSON pointer into the description, without its first slash. */
  readonly path: string;
  readonly instead: unknown;
  readonly reason: string;
}

const service = 'components/schemas/Service/allOf/1/properties';
const seconds = { type: ['integer', 'null'], minimum: 0 };

const contactMethods = ['email', 'phone', 'push_notification', 'sms', 'whatsapp'].map((kind) => `${kind}_contact_method`);

export const waivers: readonly Waiver[] = [
  { path: `${service}/auto_resolve_timeout`, instead: seconds, reason: 'the type says integer, the text says that null disables it' },
  { path: `${service}/acknowledgement_timeout`, instead: seconds, reason: 'the type says integer, the text says that null disables it' },
  {
    path: 'components/schemas/ContentBasedAlertGroupingConfiguration/properties/aggregate/enum',
    instead: ['all', 'any'],
    reason: 'the enum is the one text "all, any"; the description and the examples have two values',
  },
  {
    path: 'components/schemas/ContentBasedIntelligentAlertGroupingConfiguration/properties/aggregate/enum',
    instead: ['all', 'any'],
    reason: 'the enum is the one text "all, any"; the description and the examples have two values',
  },
  {
    path: 'components/schemas/ContactMethodReference/allOf/1/properties/type/enum',
    instead: [...contactMethods, ...contactMethods.map((type) => `${type}_reference`)],
    reason: 'a notification rule is written with the bare type: so says the request example, corrected in 2026-04, against the schema',
  },
  {
    path: 'components/schemas/Integration/allOf/1/properties/email_filters/required',
    instead: [],
    reason: 'the required names of the integration have slipped into its e-mail filters',
  },
];
