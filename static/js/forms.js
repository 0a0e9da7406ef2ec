// After a refused form: the summary, or the sentence that says why, gets the focus; the links of a summary put the cursor
// into the field, not only near it, and unfold what it lies in.

const summary = document.querySelector("[data-error-summary], main .notice-error[role='alert']");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    const fold = control.closest("details");
    if (fold) fold.open = true;
    control.focus({ preventScroll: true });
    (control.closest(".field, td") || control).scrollIntoView({ block: "center" });
  });
}
