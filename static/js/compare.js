// Compares a chosen or dropped file with the one on record, in the browser. Without this script the form sends the file.

import { digest } from "./sha256.js";

const form = document.querySelector("form[data-compare]");
const input = form.querySelector("input[type=file]");
const result = document.querySelector("[data-compare-result]");
const part = (name) => result.querySelector(`[data-compare-${name}]`);
let asked = 0;

function show(verdict, theirs) {
  for (const name of ["same", "other", "refused"]) part(name).hidden = name !== verdict;
  part("hashes").hidden = !theirs;
  part("theirs").textContent = theirs;
}

async function hashOf(file) {
  if (!file.size || file.size > Number(form.dataset.largest)) return "";
  try {
    return await digest(await file.arrayBuffer());
  } catch (unreadable) {
    return "";
  }
}

async function compare(file) {
  asked += 1;
  const mine = asked;
  const theirs = await hashOf(file);
  // Another file may have been chosen meanwhile.
  if (mine !== asked) return;
  if (theirs) show(theirs === form.dataset.sha256 ? "same" : "other", theirs);
  else show("refused", "");
  result.scrollIntoView({ block: "nearest" });
}

function over(event, isOver) {
  event.preventDefault();
  form.classList.toggle("is-over", isOver);
}

input.addEventListener("change", () => { if (input.files[0]) compare(input.files[0]); });
form.addEventListener("submit", (event) => {
  if (!input.files[0]) return;
  event.preventDefault();
  compare(input.files[0]);
});
form.addEventListener("dragover", (event) => over(event, true));
form.addEventListener("dragleave", (event) => over(event, false));
form.addEventListener("drop", (event) => {
  over(event, false);
  const [file] = event.dataTransfer.files;
  if (!file) return;
  input.value = "";
  compare(file);
});
form.querySelector("[data-compare-local]").hidden = false;
