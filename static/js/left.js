// Whoever signs out leaves this computer: until somebody signs in, no drafts of theirs are shown on it.

import { openDrafts } from "./grid/drafts.js";

openDrafts()
  .then((drafts) => drafts.leave())
  .then(() => {
    document.documentElement.dataset.nobodyTypes = "true";
  })
  .catch(() => {});
