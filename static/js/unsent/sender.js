// Sends one person's drafts of one stage as the grid does: by the same rules about what others have typed meanwhile.

import { makeModel, parts } from "../grid/model.js";
import { makePost } from "../grid/post.js";

// The people of a stage as far as sending needs them; whether somebody competes, the server knows.
const peopleIn = (state) => [...new Set(state.sheets.map(([entry]) => entry))].map((entry) => [entry, "", "", true]);

export async function lookAt(url) {
  const response = await fetch(`${url}?judge=all`, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
  return response.status === 200 ? response.json() : null;
}

// `changed` is told each cell whose draft has changed; a draft that is gone has arrived, at the time it is told.
export function makeSender({ urls, drafts, state, changed, tell, renew }) {
  const kept = new Map(drafts.map((draft) => [draft.cell, draft]));
  const data = {
    lines: state.codes.map((code) => [code]),
    people: peopleIn(state),
    sheets: state.sheets,
    times: state.times,
    editable: state.editable,
    user: state.user,
    urls,
  };
  let stopped = "";
  const model = makeModel(data, (cell) => {
    if (kept.has(cell)) changed(kept.get(cell), model.draft(cell), model.draft(cell) ? model.obstacle(cell) : "");
  });

  async function asked() {
    const now = await lookAt(urls.state).catch(() => null);
    if (now) model.take(now);
  }

  const post = makePost({
    token: state.token,
    next: () => (model.isEditable() ? model.batch() : null),
    answered: model.settle,
    refused: (sent, reason, forGood) => {
      model.refuse(sent, reason);
      if (forGood) model.close();
      if (forGood) stopped = reason;
    },
    asked,
    lost: model.release,
    tell,
    renew,
  });

  return {
    // Until nothing waits any more: what is left then needs a person.
    send: async () => {
      drafts.filter(({ cell }) => model.knows(cell) || parts(cell).isTime).forEach((draft) => model.restore(draft.cell, draft));
      do await post.flushed(1000);
      while (model.onTheWay() && !stopped);
    },
    knows: (cell) => model.knows(cell),
  };
}
