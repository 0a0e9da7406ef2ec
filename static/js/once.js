// One submission per form: a second tap while the first is on its way does nothing.
// The server refuses repeats by the form's key in any case; this only keeps the page honest about what is happening.

const LABEL = "aria-disabled";

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll(".is-sending").forEach((button) => {
    button.classList.remove("is-sending");
    button.removeAttribute(LABEL);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.once === "off" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // `submitter` is unknown before Chromium 81; the focused button is the one that was pressed.
  const pressed = event.submitter || document.activeElement;
  const button = pressed && pressed.form === form && pressed.matches("button") ? pressed : form.querySelector("button[type=submit]");
  if (!button) return;
  button.classList.add("is-sending");
  button.setAttribute(LABEL, "true");
});

// Coming back with the browser's own button shows the page as it was left, including the spent form.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(release);
});
