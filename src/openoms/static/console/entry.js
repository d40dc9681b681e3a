// Order entry and other forms with rows: search as one types, lines by keyboard, live prices, addresses by country.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const reprice = () => byId("entry")?.dispatchEvent(new CustomEvent("quote"));

  // Everything a price hangs on asks for a new one; htmx waits a moment and drops answers that come too late.
  document.addEventListener("input", (event) => {
    if (event.target.closest("#entry") && event.target.matches("[data-priced]")) reprice();
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof Element)) return;
    if (field.closest("#entry") && field.matches("[data-priced], [data-address-part]")) reprice();
    const address = field.closest("[data-address]");
    // Country, region and city decide which fields come after them.
    if (address && field.matches("select[data-address-part]") && window.htmx) {
      const parts = ["country", "region", "city", "district"];
      const at = parts.indexOf(field.dataset.addressPart);
      parts.slice(at + 1).forEach((name) => {
        const later = address.querySelector(`[data-address-part="${name}"]`);
        if (later && (later.matches("select") || at === 0)) later.value = "";
      });
      if (at >= 0 && at < 3) window.htmx.trigger(address, "address-changed");
    }
  });

  // Of a group one takes no more than it has places: the others wait until one is given back.
  const bound = (root) =>
    root.querySelectorAll("[data-pick-most]").forEach((group) => {
      const boxes = [...group.querySelectorAll("input[type=checkbox]")];
      const full = boxes.filter((box) => box.checked).length >= Number(group.dataset.pickMost);
      boxes.forEach((box) => {
        box.disabled = box.dataset.gone !== undefined || (full && !box.checked);
      });
    });
  document.addEventListener("change", (event) => {
    const group = event.target.closest?.("[data-pick-most]");
    if (group) bound(group.parentElement);
  });
  document.addEventListener("DOMContentLoaded", () => bound(document));
  document.addEventListener("htmx:afterSettle", (event) => {
    bound(document);
    // Another version of the product has another price.
    if (event.detail.requestConfig?.elt?.matches?.("[data-version]")) {
      touched();
      reprice();
    }
  });

  // What is typed is kept: by htmx a moment after each change, by a beacon when the page goes away.
  let unkept = false;
  const changed = () => {
    const form = byId("entry");
    if (!form) return;
    unkept = true;
    form.dispatchEvent(new CustomEvent("keep"));
  };
  document.addEventListener("input", (event) => event.target.closest?.("#entry") && changed());
  document.addEventListener("change", (event) => event.target.closest?.("#entry") && changed());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "kept" && event.detail.successful) unkept = false;
  });
  window.addEventListener("pagehide", () => {
    const form = byId("entry");
    const kept = byId("kept");
    if (form && kept && unkept && !form.dataset.sent) {
      navigator.sendBeacon(kept.getAttribute("hx-post"), new FormData(form));
    }
  });
  // An address that was read from pasted text changes what it costs to send there.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.matches?.("#entry [data-address]")) reprice();
  });

  // Search boxes
  const results = (box) => box.querySelector("[role=listbox]");
  const input = (box) => box.querySelector("[role=combobox]");
  const options = (box) => [...box.querySelectorAll("[role=option]")];
  const mark = (box, option) => {
    options(box).forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) {
      input(box).setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input(box).removeAttribute("aria-activedescendant");
  };
  const show = (box, open) => {
    const visible = open && results(box).childElementCount > 0 && results(box).textContent.trim() !== "";
    box.classList.toggle("open", visible);
    input(box).setAttribute("aria-expanded", String(visible));
  };
  const isFresh = (box) => {
    const answered = box.querySelector("[data-answers]");
    return Boolean(answered) && answered.dataset.answers === input(box).value.trim();
  };
  const selected = (box) => options(box).find((option) => option.getAttribute("aria-selected") === "true");

  const choose = (box, option) => {
    box.dataset.pending = "";
    show(box, false);
    // Other forms' searches keep what is chosen themselves (offers.js).
    if (option.dataset.token !== undefined) box.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: option }));
    else if (option.dataset.sku !== undefined) addSku(box, option.dataset.sku);
    else if (option.dataset.newCustomer !== undefined) newCustomer(option.dataset.newCustomer);
    else chooseCustomer(option.dataset.customer);
  };

  const addSku = (box, sku) => {
    const field = input(box);
    field.value = "";
    results(box).replaceChildren();
    mark(box, undefined);
    field.focus();
    const lines = byId("lines");
    const existing = [...lines.querySelectorAll("[data-line]")].find((line) => line.dataset.line === sku);
    // What can be had in different ways gets a line for each of them.
    if (existing && !existing.querySelector(".choosing")) {
      // The same item again counts up; its quantity flashes so that one sees where.
      const quantity = existing.querySelector("[data-quantity]");
      const now = Number(quantity.value);
      quantity.value = Number.isFinite(now) ? String(now + 1) : quantity.value;
      existing.scrollIntoView({ block: "nearest" });
      touched();
      reprice();
      return;
    }
    const form = new FormData(byId("entry"));
    const asked = new URLSearchParams({ sku, customer: form.get("customer") || "", currency: form.get("currency") || "" });
    const url = `${lines.dataset.lineUrl}?${asked}`;
    window.htmx.ajax("GET", url, { target: lines, swap: "beforeend", source: lines }).then(() => {
      touched();
      reprice();
    });
  };

  const touched = () => byId("entry")?.dispatchEvent(new Event("input", { bubbles: true }));

  const chooseCustomer = (code) => {
    const part = byId("customer-choice");
    const url = `${part.dataset.customerUrl}?code=${encodeURIComponent(code)}`;
    window.htmx.ajax("GET", url, { target: "#customer-part", swap: "innerHTML" }).then(() => {
      touched();
      reprice();
      (code ? byId("sku-search") : byId("customer-search"))?.focus();
    });
  };

  const newCustomer = (text) => {
    const url = byId("customer-choice").dataset.buyerUrl;
    const token = byId("entry").querySelector("[name=csrfmiddlewaretoken]").value;
    const values = { text, csrfmiddlewaretoken: token };
    window.htmx.ajax("POST", url, { target: "#customer-part", swap: "innerHTML", values }).then(() => {
      touched();
      reprice();
      const name = byId("id_buyer-name");
      (name && !name.value ? name : byId("sku-search"))?.focus();
    });
  };
  // A search field would glue the rows of a pasted text together.
  document.addEventListener("paste", (event) => {
    if (event.target.id !== "customer-search") return;
    const text = event.clipboardData.getData("text/plain");
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    event.target.value = text.trim().replace(/\s*\n\s*/g, "  ");
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("[data-combobox]");
    if (!box || event.target !== input(box) || event.isComposing) return;
    const all = options(box);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      show(box, true);
      const at = all.indexOf(selected(box)) + (event.key === "ArrowDown" ? 1 : -1);
      mark(box, all[(at + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!input(box).value.trim() && !selected(box)) return;
      if (isFresh(box) && all.length) choose(box, selected(box) || all[0]);
      else if (!isFresh(box)) {
        // Typed faster than the answers come: take the first match as soon as they are there.
        box.dataset.pending = "1";
        window.htmx.trigger(input(box), "look");
      }
    } else if (event.key === "Escape") show(box, false);
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-combobox] [role=option]");
    if (option) choose(option.closest("[data-combobox]"), option);
    document.querySelectorAll("[data-combobox].open").forEach((box) => {
      if (!box.contains(event.target)) show(box, false);
    });
  });
  document.addEventListener("focusin", (event) => {
    const box = event.target.closest?.("[data-combobox]");
    if (box && event.target === input(box)) show(box, true);
  });
  document.addEventListener("focusout", (event) => {
    const box = event.target.closest?.("[data-combobox]");
    if (box && !box.contains(event.relatedTarget)) show(box, false);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = event.detail.target.closest?.("[data-combobox]");
    if (!box || !event.detail.target.matches("[role=listbox]")) return;
    const all = options(box);
    mark(box, input(box).value.trim() ? all[0] : undefined);
    if (box.dataset.pending && all.length && isFresh(box)) choose(box, all[0]);
    else {
      box.dataset.pending = "";
      show(box, document.activeElement === input(box));
    }
  });

  // A pasted list: what was taken leaves the field, what was not stays to be mended. Several rows pasted into the search are a list.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "paste-result") return;
    const unknown = [...event.detail.target.querySelectorAll("[data-unknown]")].map((row) => row.dataset.unknown);
    byId("paste-list").value = unknown.join("\n");
    touched();
    reprice();
    if (!unknown.length && byId("sku-search").value === "") byId("sku-search").focus();
  });
  document.addEventListener("paste", (event) => {
    if (event.target.id !== "sku-search") return;
    const text = event.clipboardData.getData("text/plain");
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    byId("paste-list").value = text;
    window.bootstrap?.Collapse.getOrCreateInstance(byId("paste"), { toggle: false }).show();
    byId("paste-form").requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    const form = byId("entry");
    if (!form || !(event.ctrlKey || event.metaKey)) return;
    const action = event.key === "Enter" ? "submit" : event.key.toLowerCase() === "s" ? "draft" : "";
    const button = action && form.querySelector(`button[name=action][value=${action}]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });

  // Coupons: a code becomes a chip at once; the next price says what it gives, or why nothing.
  const addCoupon = (field) => {
    const code = field.value.trim().toUpperCase();
    field.value = "";
    const chips = byId("coupon-chips");
    const there = [...chips.querySelectorAll("[name=coupon]")].some((chip) => chip.value === code);
    if (!code || there) return;
    const chip = document.createElement("li");
    chip.className = "coupon-chip";
    chip.append(Object.assign(document.createElement("input"), { type: "hidden", name: "coupon", value: code }), code);
    chips.append(chip);
    touched();
    reprice();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-coupon]")) return;
    event.preventDefault();
    addCoupon(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-coupon]")) addCoupon(event.target);
  });

  // Rows that can be taken away, addresses that can be another, the customer that can be changed.
  document.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    if (remove) {
      const row = remove.closest(remove.dataset.remove);
      const list = row.parentElement;
      row.remove();
      // Whitespace left behind would keep the list from counting as empty.
      if (!list.childElementCount) list.replaceChildren();
      touched();
      reprice();
    }
    const change = event.target.closest("[data-choose-customer]");
    if (change) chooseCustomer(change.dataset.chooseCustomer);
    const ship = event.target.closest("[data-ship-to]");
    if (ship) {
      const part = ship.closest("[data-ship]");
      part.dataset.ship = ship.dataset.shipTo;
      part.querySelector("[data-ship-mode]").value = ship.dataset.shipTo;
      if (ship.dataset.shipTo === "other") part.querySelector(".ship-other select, .ship-other input")?.focus();
      reprice();
    }
    const price = event.target.closest("[data-add-price]");
    if (price) {
      const url = `${price.dataset.addPrice}?n=${Date.now()}`;
      window.htmx.ajax("GET", url, { target: "#prices", swap: "beforeend", source: byId("prices") });
    }
  });
  // Enter in a line's field goes back to the search instead of sending the order unfinished.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    if (event.target.matches("#entry .entry-line input")) {
      event.preventDefault();
      byId("sku-search").focus();
    } else if (event.target.matches("#entry input")) event.preventDefault();
  });
  // Where one begins: the customer, but no keyboard jumps up on a phone. A new remark is written at once.
  document.addEventListener("DOMContentLoaded", () => {
    if (window.matchMedia("(pointer: fine)").matches) byId("customer-search")?.focus();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "remarks") event.detail.target.lastElementChild?.querySelector("textarea")?.focus();
  });
  // An empty list written by the server may hold line breaks only.
  const tidy = () =>
    document.querySelectorAll("#lines, #remarks").forEach((list) => {
      if (!list.childElementCount) list.replaceChildren();
    });
  document.addEventListener("DOMContentLoaded", tidy);
  document.addEventListener("htmx:afterSettle", tidy);
})();
