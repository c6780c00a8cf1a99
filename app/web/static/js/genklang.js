/* Comfort for browsers with script. Nothing here is needed: every page works without it. */
"use strict";

(function () {
  const RELEASE_AFTER_MS = 5000;
  const POLL_AFTER_MS = 700;
  const POLL_SLOWEST_MS = 5000;
  const SLOW_AFTER_MS = 15000;

  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  /* dkfds: only the parts we use, with texts in the page's language. */
  function startDesignSystem(within) {
    if (!window.DKFDS) return;
    all(".form-limit", within).forEach((box) => {
      const texts = {
        character_remaining: box.dataset.oneLeft,
        characters_remaining: box.dataset.manyLeft,
        character_too_many: box.dataset.oneOver,
        characters_too_many: box.dataset.manyOver,
      };
      const limit = new window.DKFDS.CharacterLimit(box, texts);
      limit.init();
      limit.silentUpdateMessages();
    });
    const summary = document.querySelector('[data-module="error-summary"]');
    if (summary && !within) new window.DKFDS.ErrorSummary(summary).init();
  }

  /* A second click while the first is under way does nothing. The server knows the form key, so this is courtesy only. */
  function guardDoubleSubmit() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || form.method !== "post") return;
      if (form.dataset.isSending) {
        event.preventDefault();
        return;
      }
      form.dataset.isSending = "true";
      delete form.dataset.hasUnsaved;
      const pressed = event.submitter;
      if (pressed) pressed.setAttribute("aria-disabled", "true");
      window.setTimeout(() => release(form), RELEASE_AFTER_MS);
    });
    window.addEventListener("pageshow", () => all("form[data-is-sending]").forEach(release));
  }

  function release(form) {
    delete form.dataset.isSending;
    all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }

  /* Ask before something typed is lost. */
  function guardUnsavedInput() {
    document.addEventListener("input", (event) => {
      const form = event.target.form;
      if (form && "guardUnsaved" in form.dataset) form.dataset.hasUnsaved = "";
    });
    window.addEventListener("beforeunload", (event) => {
      const isSending = document.querySelector("form[data-guard-unsaved][data-is-sending]");
      if (!isSending && document.querySelector("form[data-guard-unsaved][data-has-unsaved]")) event.preventDefault();
    });
  }

  /* "Matching ...": ask until the result is there, then put it in place. 204 means not yet. */
  function poll(box) {
    const startedAt = Date.now();
    let wait = POLL_AFTER_MS;

    async function ask() {
      if (!document.hidden) {
        const answer = await fetch(box.dataset.pollUrl, { headers: { Accept: "text/html" } }).catch(() => null);
        if (answer && answer.status === 200) {
          show(box, await answer.text());
          return;
        }
        if (answer && answer.status === 401) {
          window.location.reload(); // signed out meanwhile: the page itself leads to signing in
          return;
        }
      }
      const slow = box.querySelector(".gk-matching__slow");
      if (slow && Date.now() - startedAt > SLOW_AFTER_MS) slow.hidden = false;
      wait = Math.min(wait * 1.2, POLL_SLOWEST_MS);
      window.setTimeout(ask, wait);
    }

    window.setTimeout(ask, wait);
  }

  function show(box, html) {
    box.removeAttribute("aria-busy");
    box.innerHTML = html;
    startDesignSystem(box);
  }

  /* The narrow menu closes with Escape and when the visitor goes elsewhere. */
  function closeMenus() {
    const close = (menu) => menu.removeAttribute("open");
    document.addEventListener("keydown", (event) => {
      const menu = event.key === "Escape" && document.querySelector(".gk-menu[open]");
      if (!menu) return;
      close(menu);
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      all(".gk-menu[open]").filter((menu) => !menu.contains(event.target)).forEach(close);
    });
  }

  startDesignSystem();
  guardDoubleSubmit();
  guardUnsavedInput();
  closeMenus();
  all("[data-poll-url]").forEach(poll);
})();
