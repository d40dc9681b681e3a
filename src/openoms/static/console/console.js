// What every page does: toasts, theme, confirming, sending a form once, guarding what is typed. No inline code anywhere.
"use strict";
(() => {
  const SUCCESS_STAYS_MS = 6000;
  const on = (name, selector, work) =>
    document.addEventListener(name, (event) => {
      const target = event.target.closest ? event.target.closest(selector) : null;
      if (target) work(target, event);
    });

  // Toasts: good news goes by itself, bad news waits to be read.
  const arrange = (root) =>
    root.querySelectorAll(".toasts [data-toast]:not([data-seen])").forEach((toast) => {
      toast.dataset.seen = "1";
      if (toast.dataset.toast !== "error") setTimeout(() => toast.remove(), SUCCESS_STAYS_MS);
    });
  const toast = (id) => {
    const template = document.getElementById(id);
    const place = document.getElementById("toasts");
    if (template && place && !place.querySelector(`[data-from="${id}"]`)) {
      const made = template.content.cloneNode(true);
      made.querySelector("[data-toast]").dataset.from = id;
      place.append(made);
    }
  };
  on("click", "[data-dismiss-toast]", (button) => button.closest("[data-toast]").remove());

  // Answers that are refusals carry their own message to #toasts; anything else that fails says so once.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, boosted, requestConfig } = event.detail;
    if (xhr.status < 400) return;
    const whole = boosted || (requestConfig && requestConfig.boosted);
    event.detail.shouldSwap = Boolean(xhr.getResponseHeader("HX-Retarget") || whole);
    if (!event.detail.shouldSwap) toast("toast-broken");
  });
  document.addEventListener("htmx:sendError", () => toast("toast-offline"));
  document.addEventListener("htmx:afterSettle", () => arrange(document));
  // A page that comes in by htmx replaces the body under an open menu.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const open = document.querySelector("#sidebar.show");
    if (open && event.detail.boosted && window.bootstrap) window.bootstrap.Offcanvas.getInstance(open)?.hide();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === document.body) {
      document.body.removeAttribute("style");
      document.body.classList.remove("offcanvas-open", "modal-open");
    }
  });

  // The theme changes at once; the server hears of it for the next page.
  on("submit", "[data-theme-form]", (form, event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    document.documentElement.dataset.bsTheme = theme;
    const data = new FormData(form);
    data.set("theme", theme);
    fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } }).catch(() => toast("toast-offline"));
  });

  // Before something is taken away, and before what is typed would be lost.
  on("submit", "[data-confirm]", (form, event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
  const edited = new WeakSet();
  on("input", "form[data-guard]", (form) => edited.add(form));
  on("change", "form[data-guard]", (form) => edited.add(form));
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll("form[data-guard]")].some((form) => edited.has(form))) event.preventDefault();
  });
  document.addEventListener("htmx:confirm", (event) => {
    const boosted = event.detail.elt.matches("a[href]") && !event.detail.elt.hasAttribute("hx-get");
    const guarded = [...document.querySelectorAll("form[data-guard]")].some((form) => edited.has(form));
    if (boosted && guarded) {
      // The browser's own question: leave by an ordinary page load.
      event.preventDefault();
      window.location.href = event.detail.elt.href;
    }
  });

  // A form is sent once, however often its button is pressed; the server would know, but why ask it twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    edited.delete(form);
    // Later than now: a disabled button's own value would not be sent.
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = true)), 0);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = false));
    });
    arrange(document);
  });

  on("click", "[data-copy]", async (button) => {
    const source = document.querySelector(button.dataset.copy);
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      document.execCommand("copy"); // Without HTTPS there is no clipboard to write to.
    }
    button.querySelector("span").textContent = button.dataset.done;
  });
  on("focusin", "[data-select]", (input) => input.select());

  // "/" goes to the search, unless one is typing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const finder = document.getElementById("finder") || document.getElementById("list-search");
    if (finder) {
      event.preventDefault();
      finder.focus();
      finder.select();
    }
  });
})();
