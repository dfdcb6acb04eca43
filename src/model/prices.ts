/** What PagerDuty's seats cost, as its published list said on a day. The numbers live in templates/prices.yaml only. */
export interface Prices {
  /** YYYY-MM-DD: when the list was read. */
  readonly read: string;
  /** Where it was read. */
  readonly source: string;
  /** "USD" */
  readonly currency: string;
  /** One seat for one month: paid month by month, and paid for a year. */
  readonly plans: readonly { readonly name: string; readonly monthly: number; readonly yearly: number }[];
}
