'use strict';
// Preloaded into the program while its pictures are taken: the clock stands still and chance is always the same, so that two runs look alike.
const now = Number(process.env.FROZEN_AT);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now] : given));
  }
  static now() {
    return now;
  }
};
crypto.getRandomValues = (array) => array.fill(7);
