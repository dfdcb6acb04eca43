interface Look {
  readonly color: boolean;
  readonly unicode: boolean;
}

/** Colours and marks of the prompts; without colour nothing but text is written, without Unicode nothing but ASCII. */
export function themeOf({ color, unicode }: Look) {
  const paint = (code: string) => (text: string) => (color && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text);
  const [bold, dim, cyan, red, green, blue] = ['1', '2', '36', '31', '32', '34'].map(paint);
  const plain = (text: string): string => text;
  const use = (painter: ((text: string) => string) | undefined): ((text: string) => string) => painter ?? plain;
  const mark = unicode ? '\u2714' : '*';
  const base = {
    prefix: { idle: use(blue)('?'), done: use(green)(mark) },
    spinner: { interval: 80, frames: [use(blue)('?')] },
    style: {
      answer: use(cyan),
      message: use(bold),
      error: (text: string) => use(red)(`> ${text}`),
      defaultAnswer: (text: string) => use(dim)(`(${text})`),
      help: use(dim),
      highlight: use(cyan),
      key: (text: string) => `<${text}>`,
      maskedText: '[not shown]',
    },
  };
  // What can be pressed, beneath every list: nobody remembers it from the welcome.
  const keys = (moves: string): string => `${moves}; ? explains, < goes back, :q saves and quits`;
  const arrows = unicode ? '\u2191\u2193' : 'up/down';
  const tip = (moves: string) => () => use(dim)(keys(moves));
  const style = { ...base.style, description: use(dim), disabled: use(dim), searchTerm: use(cyan) };
  const cursor = unicode ? '\u276F' : '>';
  const list = { ...base, icon: { cursor }, style: { ...style, keysHelpTip: tip(`${arrows}, Enter`) } };
  const search = { ...base, icon: { cursor }, style: { ...style, keysHelpTip: tip(`type to find, ${arrows}, Enter`) } };
  const icon = {
    cursor,
    checked: unicode ? '\u25C9' : '[x]',
    unchecked: unicode ? '\u25EF' : '[ ]',
    disabledChecked: '[x]',
    disabledUnchecked: '[ ]',
  };
  const checkbox = { ...base, icon, style: { ...style, keysHelpTip: tip(`${arrows}, Space marks, Enter`) } };
  return {
    base,
    list,
    checkbox,
    search,
    cursor,
    heading: (text: string) => use(bold)(text),
    finished: (message: string, words: string) => `${base.prefix.done} ${use(bold)(message)} ${use(cyan)(words)}`,
  };
}
