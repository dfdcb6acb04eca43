import type { ChainNode, Joint, KeyChain } from '../key-chains.ts';
import { lineHeight, lines, picture, stacked } from './drawing.ts';
import { markup, type Markup } from './markup.ts';

const boxWidth = 176;
const between = 86;
const padding = 10;

/** From the integration to the route, a box a place, an arrow that says whether the key is the same. */
export function chainFigure(chain: KeyChain, index: number): Markup {
  const boxes = chain.nodes.map((node) => ({
    node,
    rows: lines(node.name, boxWidth - 2 * padding, 5),
    wrong: lines(node.wrong ?? '', boxWidth - 2 * padding, 3).filter((row) => row !== ''),
  }));
  const height =
    Math.max(
      ...boxes.map(({ node, rows, wrong }) => 30 + (rows.length + wrong.length + (node.fingerprint === undefined ? 0 : 1)) * lineHeight),
    ) + 8;
  const step = boxWidth + between;
  const content = [
    ...chain.joints.map((joint, at) => arrow(joint, at * step + boxWidth + 1, height / 2 + 2)),
    ...boxes.map((box, at) => boxDrawing(box, at * step + 1, height)),
  ];
  return markup`<figure>
    <h3>${chain.service}: ${chain.nodes.at(-1)?.name ?? ''}</h3>
    ${picture({
      id: `chain-${index}`,
      title: `${chain.service}: where its key goes`,
      description: described(chain),
      width: chain.nodes.length * step - between + 2,
      height: height + 4,
      least: 800,
      content,
    })}
  </figure>`;
}

function boxDrawing(
  { node, rows, wrong }: { readonly node: ChainNode; readonly rows: readonly string[]; readonly wrong: readonly string[] },
  x: number,
  height: number,
): Markup {
  const left = x + padding;
  const below = 40 + rows.length * lineHeight;
  const key = node.fingerprint === undefined ? [] : stacked([`key ${node.fingerprint}`], left, below, 'good');
  return markup`<g><rect x="${x}" y="2" width="${boxWidth}" height="${height}" rx="6" class="${node.wrong === undefined ? 'box' : 'boxbad'}" />
    <text x="${left}" y="22" class="quiet">${node.what}</text>${stacked(rows, left, 40, '')}${key}${stacked(wrong, left, below + (key.length === 0 ? 0 : lineHeight), 'bad')}</g>`;
}

const wires: Readonly<Record<Joint, { readonly wire: string; readonly text: string; readonly words: string }>> = {
  'same key': { wire: 'wiregood', text: 'good', words: 'same key' },
  'another key': { wire: 'wirebad', text: 'bad', words: 'another key' },
  'not comparable': { wire: 'wireunknown', text: 'quiet', words: 'not known' },
  joined: { wire: 'wire', text: 'quiet', words: '' },
  broken: { wire: 'wirebad', text: 'bad', words: 'broken' },
};

function arrow(joint: Joint, x: number, y: number): Markup {
  const { wire, text, words } = wires[joint];
  const end = x + between - 3;
  return markup`<path d="M${x + 2} ${y}H${end}M${end - 7} ${y - 5}L${end} ${y}L${end - 7} ${y + 5}" class="${wire}" /><text
      x="${x + between / 2}"
      y="${y - 9}"
      class="mid ${text}">${words}</text>`;
}

function described({ nodes, joints }: KeyChain): string {
  return nodes
    .map(({ what, name, fingerprint, wrong }, index) => {
      const facts = [
        name,
        ...(fingerprint === undefined ? [] : [`key with fingerprint ${fingerprint}`]),
        ...(wrong === undefined ? [] : [wrong]),
      ];
      const joint = joints[index];
      return `${what}: ${facts.join(', ')}.${joint === undefined ? '' : ` Then (${joint}):`}`;
    })
    .join(' ');
}
