import type { SandboxReply } from '../core.ts';
import { announce } from './announce.ts';
import { ok } from './call.ts';
import type { Call, Route } from './call.ts';
import { incidentOf } from './incident-find.ts';
import { agentName, enter } from './incident-log.ts';
import type { IncidentRow, LogRow } from './incident-types.ts';
import { actor } from './incident-writes.ts';
import { referTo } from './present.ts';
import { invalid } from './refusal.ts';
import { enveloped, iso, text } from './validate.ts';

export const incidentNoteRoutes: readonly Route[] = [
  { method: 'GET', path: '/incidents/:id/notes', handler: listNotes },
  { method: 'POST', path: '/incidents/:id/notes', handler: createNote, from: true },
];

const mostNotes = 2000;

/** What somebody gives as the reason of a resolve stands in its entry, and is no note. */
const notesOf = (incident: IncidentRow): readonly LogRow[] =>
  incident.log.filter((entry) => entry.note !== undefined && entry.type !== 'resolve');

function listNotes(call: Call): SandboxReply {
  return ok({ notes: notesOf(incidentOf(call)).map((entry) => present(call, entry)) });
}

/** A resolved incident takes notes, too. */
function createNote(call: Call): SandboxReply {
  const incident = incidentOf(call);
  const content = text(enveloped(call.request.body, 'note'), 'content', { max: 25_000 });
  if (notesOf(incident).length >= mostNotes) throw invalid(`Incident can have at most ${mostNotes} notes`);
  const agent = actor(call, incident);
  const summary = `Note added by ${agentName(call.state, agent)}`;
  const entry = enter(call.world, incident, { type: 'annotate', summary, agent, channel: 'note', note: content });
  announce(call.world, incident, 'annotated', agent, entry);
  return ok({ note: present(call, entry) });
}

function present(call: Call, entry: LogRow): unknown {
  const { agent } = entry;
  return {
    id: entry.id,
    user: {
      ...referTo(call.world, agent.type, agent.id),
      ...(agent.type === 'service' ? { type: 'bot_user_reference' } : {}),
    },
    content: entry.note,
    created_at: iso(entry.at),
    updated_at: iso(entry.at),
    channel: { summary: 'The PagerDuty website or APIs' },
  };
}
