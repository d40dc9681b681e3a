// Scanning: one field that always listens, a queue that loses no scan and counts none twice, sounds, keys. No inline code anywhere.
"use strict";
(() => {
  const MUTED = "openoms-scan-muted", KEYBOARD = "openoms-scan-keyboard";
  const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 8000;
  const input = () => document.querySelector("[data-scan-input]");
  const kept = (name) => {
    try { return localStorage.getItem(name); } catch { return null; } // A private window may have no storage.
  };
  const keep = (name, value) => {
    try { localStorage.setItem(name, value); } catch { /* It holds for this page then. */ }
  };
  let muted = kept(MUTED) === "1";
  let typed = kept(KEYBOARD) === "1";

  // The field has the focus unless one types or chooses somewhere else.
  const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
  const listen = () => {
    const field = input();
    const here = document.activeElement;
    if (!field || document.querySelector("dialog[open], .offcanvas.show, .dropdown-menu.show")) return;
    if (!here || here === document.body || here.id === "main" || here.closest("[data-scan-mute], [data-scan-keyboard]")) field.focus({ preventScroll: true });
  };
  document.addEventListener("focusout", () => input() && setTimeout(listen, 0));
  document.addEventListener("keydown", (event) => {
    const field = input();
    if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = event.key.startsWith("F") && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
      return;
    }
    if (event.target.closest(TEXT) || event.key.length !== 1 || event.key === " ") return;
    // What is typed goes into the field, a slash too: the page's own keys are for pages one reads.
    event.stopPropagation();
    field.focus({ preventScroll: true });
  }, true);

  // Sounds: short ones one tells apart without looking.
  let audio = null;
  const NOTES = {
    good: [[880, 0, 0.07, "sine"], [1320, 0.07, 0.09, "sine"]],
    note: [[660, 0, 0.08, "sine"]],
    bad: [[150, 0, 0.18, "square"], [120, 0.2, 0.26, "square"]],
    done: [[784, 0, 0.1, "sine"], [988, 0.1, 0.1, "sine"], [1319, 0.2, 0.22, "sine"]],
  };
  const sound = (tone) => {
    if (!NOTES[tone]) return;
    if (tone === "bad" && navigator.vibrate && navigator.userActivation?.hasBeenActive) navigator.vibrate([120, 60, 180]);
    if (muted || !navigator.userActivation?.hasBeenActive) return;
    audio = audio || new AudioContext();
    if (audio.state === "suspended") audio.resume();
    NOTES[tone].forEach(([pitch, from, length, wave]) => {
      const voice = audio.createOscillator(), loud = audio.createGain(), at = audio.currentTime + from;
      voice.type = wave;
      voice.frequency.value = pitch;
      loud.gain.setValueAtTime(wave === "square" ? 0.12 : 0.25, at);
      loud.gain.exponentialRampToValueAtTime(0.001, at + length);
      voice.connect(loud).connect(audio.destination);
      voice.start(at);
      voice.stop(at + length);
    });
  };
  const hear = () => {
    const floor = document.getElementById("floor");
    if (!floor || floor.dataset.heard) return;
    floor.dataset.heard = "1";
    sound(floor.dataset.tone);
  };

  // Switches: mute, and the keyboard on the screen, which a scanner of a phone's size does not want.
  const show = () => {
    document.querySelectorAll("[data-scan-mute]").forEach((button) => button.setAttribute("aria-pressed", String(muted)));
    document.querySelectorAll("[data-scan-keyboard]").forEach((button) => button.setAttribute("aria-pressed", String(typed)));
    const field = input();
    if (field) field.inputMode = typed || !window.matchMedia("(pointer: coarse)").matches ? "text" : "none";
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-scan-mute]")) keep(MUTED, (muted = !muted) ? "1" : "0");
    else if (event.target.closest("[data-scan-keyboard]")) {
      keep(KEYBOARD, (typed = !typed) ? "1" : "0");
      input()?.blur();
    } else return;
    show();
    listen();
  });

  // Scans go one after the other, each with a key of its own: what was sent and not answered is sent again, and counts once.
  const waiting = [];
  let busy = false, pause = FIRST_WAIT_MS;
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const offline = (is) => document.querySelectorAll("[data-scan-waits]").forEach((line) => (line.hidden = !is));
  const values = (scan) => {
    const form = document.getElementById("scan-form");
    const sent = form ? Object.fromEntries(new FormData(form)) : {};
    document.querySelectorAll("[data-weight]").forEach((weight) => (sent[weight.name] = weight.value));
    return { ...sent, csrfmiddlewaretoken: scan.token, text: scan.text, key: scan.key };
  };
  const pump = async () => {
    if (busy || !waiting.length || !document.getElementById("floor")) return;
    busy = true;
    const scan = waiting[0];
    try {
      await window.htmx.ajax("POST", scan.address, { target: "#floor", swap: "outerHTML", values: values(scan) });
      waiting.shift();
      pause = FIRST_WAIT_MS;
      offline(false);
      busy = false;
      pump();
    } catch {
      offline(true);
      setTimeout(() => {
        busy = false;
        pump();
      }, pause);
      pause = Math.min(pause * 2, LONGEST_WAIT_MS);
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-scan]") || !window.htmx) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = form.querySelector("[data-scan-input]");
    const text = field.value.trim();
    field.value = "";
    if (!text) return;
    waiting.push({ text, key: newKey(), address: form.action, token: form.elements.csrfmiddlewaretoken.value });
    pump();
  }, true);
  window.addEventListener("beforeunload", (event) => waiting.length && event.preventDefault());

  const settle = () => {
    if (!input()) return;
    show();
    hear();
    listen();
  };
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:responseError", (event) => {
    if (input() && !event.detail.xhr.getResponseHeader("HX-Retarget")) sound("bad");
  });
  window.addEventListener("pageshow", settle);
})();
