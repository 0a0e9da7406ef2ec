// The strip under the grid: what is saved, what is not, why a cell was refused, and what to do where two people differ.

const SHOWN_CONFLICTS = 5;
const SHOWN_FAR = 3;

function told(text, facts) {
  return text.replace(/\{(\w+)\}/g, (all, name) => facts[name]);
}

export function makeStrip({ foot, model, keep, describe, placeOf, jump, resolve, words, signInUrl, unsentUrl }) {
  const show = (name) => foot.querySelector(`[data-show=${name}]`);
  const reason = foot.querySelector(".grid-reason");
  const choices = foot.querySelector(".grid-choices");
  const far = foot.querySelector(".grid-far");
  let way = "idle";
  let at = "";
  let stopped = "";
  let active = "";

  // A button is made anew only when what it says has changed: one that goes away under a pressed mouse is never clicked.
  const drawn = {};
  function isNew(name, content) {
    const key = JSON.stringify(content);
    if (drawn[name] === key) return false;
    drawn[name] = key;
    return true;
  }

  function button(text, pressed) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button quiet small", textContent: text });
    made.addEventListener("click", pressed);
    return made;
  }

  function showState() {
    const state = show("state");
    state.textContent = "";
    if (stopped) state.textContent = stopped;
    else if (way === "signedOut") {
      const link = document.createElement("a");
      Object.assign(link, { href: signInUrl, target: "_blank", rel: "noopener", textContent: words.signIn });
      state.append(words.signedOut, " ", link);
    } else if (way === "saved") state.textContent = `${words.saved} ${at}`;
    else state.textContent = words[way];
    foot.dataset.way = stopped ? "stopped" : way;
  }

  function showCounts(drafts) {
    const of = (...states) => drafts.filter(([, draft]) => states.includes(draft.state));
    const counts = [
      [words.pending, of("waiting", "sending")],
      [words.refused, of("refused")],
      [words.conflicts, of("conflict")],
    ].filter(([, found]) => found.length);
    if (!isNew("counts", counts.map(([text, found]) => [text, found.map(([cell]) => cell)]))) return;
    const line = show("counts");
    line.textContent = "";
    counts.forEach(([text, found]) => {
      line.append(button(told(text, { count: found.length }), () => {
        const next = found.findIndex(([cell]) => cell === active) + 1;
        jump(found[next % found.length][0]);
      }));
    });
  }

  // Of what stays unsaved for a while, whether it would survive this page, and where it is listed.
  function showKept(drafts) {
    const stays = ["offline", "trouble", "signedOut"].includes(way) || drafts.some(([, { state }]) => state === "refused");
    const state = drafts.length && stays ? keep.state() : "";
    const text = { kept: words.kept, failed: words.unkept }[state] || "";
    if (!isNew("kept", text)) return;
    show("kept").textContent = text;
    if (state !== "kept") return;
    const link = document.createElement("a");
    Object.assign(link, { href: unsentUrl, target: "_blank", rel: "noopener", textContent: words.unsent });
    show("kept").append(" ", link);
  }

  // The active cell's own reason; else the first there is, with its place.
  function showReason(drafts) {
    const mine = model.draft(active);
    const locked = active && model.isEditable() && !mine && words[model.obstacle(active)];
    const refused = drafts.filter(([, draft]) => draft.state === "refused");
    let text = locked || "";
    if (mine && mine.state === "refused") text = mine.reason || words[model.obstacle(active)] || "";
    else if (!text && refused.length) {
      const [cell, draft] = refused[refused.length - 1];
      text = `${describe(cell, true)}：${draft.reason || words[model.obstacle(cell)] || ""}`;
    }
    if (reason.textContent !== text) reason.textContent = text;
    reason.hidden = !text;
    reason.classList.toggle("is-locked", Boolean(locked));
  }

  function showChoices(drafts) {
    const conflicts = drafts.filter(([, draft]) => draft.state === "conflict").slice(0, SHOWN_CONFLICTS);
    if (!isNew("choices", conflicts.map(([cell, { who, theirs, text }]) => [cell, who, theirs, text]))) return;
    choices.hidden = !conflicts.length;
    choices.textContent = "";
    conflicts.forEach(([cell, draft]) => {
      const line = document.createElement("p");
      const text = document.createElement("span");
      text.textContent = told(words.conflict, {
        place: describe(cell, true),
        who: draft.who || words.somebody,
        theirs: draft.theirs || words.nothing,
        mine: draft.text || words.nothing,
      });
      line.append(text, button(words.theirs, () => resolve(cell, false)), button(words.mine, () => resolve(cell, true)));
      choices.append(line);
    });
  }

  // Totals far from their panel's: the paper is looked at again, by those who have it.
  function showFar() {
    const found = model.isEditable() ? model.far() : [];
    if (!isNew("far", found.map(([key, middle]) => [key, middle, (model.sheet(key) || {}).total]))) return;
    far.hidden = !found.length;
    far.textContent = "";
    found.slice(0, SHOWN_FAR).forEach(([key, middle]) => {
      const line = document.createElement("p");
      line.textContent = told(words.far, { place: placeOf(key), total: (model.sheet(key) || {}).total || "", middle });
      far.append(line);
    });
    if (found.length <= SHOWN_FAR) return;
    const rest = document.createElement("p");
    rest.textContent = told(words.farMore, { count: found.length - SHOWN_FAR });
    far.append(rest);
  }

  function update() {
    const drafts = model.drafts();
    showState();
    showCounts(drafts);
    showKept(drafts);
    showReason(drafts);
    showChoices(drafts);
    showFar();
  }

  let frame = 0;
  const later = () => {
    frame = frame || requestAnimationFrame(() => {
      frame = 0;
      update();
    });
  };

  return {
    later,
    // "idle" once something was saved keeps saying when.
    way: (name, time) => {
      at = time || at;
      way = name === "idle" && at ? "saved" : name;
      later();
    },
    stop: (text) => {
      stopped = text;
      later();
    },
    active: (cell) => {
      active = cell;
      // At once, and not with the next frame: the input is about to be read out with what describes it.
      update();
    },
    note: (text) => { show("note").textContent = text; },
  };
}
