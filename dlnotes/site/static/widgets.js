// Shows anywidgets from the standard widget state in the page: no kernel, no RequireJS, no CDN.
// A classic script: ES modules do not load from file://, blobs of them do.
"use strict";
{
  const STATE = "application/vnd.jupyter.widget-state+json";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const page = document.documentElement;
  const language = page.dataset.edition ?? (page.lang.startsWith("zh") ? "zh" : "en");
  const models = new Map();
  const modules = new Map();

  const bytes = (base64) => {
    const text = atob(base64);
    return new DataView(Uint8Array.from(text, (char) => char.charCodeAt(0)).buffer);
  };

  class Model {
    constructor({ state, buffers = [] }) {
      this.state = structuredClone(state);
      this.listeners = new Map();
      for (const { path, data } of buffers) {
        const owner = path.slice(0, -1).reduce((value, key) => value[key], this.state);
        owner[path.at(-1)] = bytes(data);
      }
      if ("language" in this.state) this.state.language = language;
    }
    get(name) { return this.state[name]; }
    set(name, value) {
      const changes = typeof name === "string" ? { [name]: value } : name;
      const changed = Object.keys(changes).filter((key) => this.state[key] !== changes[key]);
      for (const key of changed) this.state[key] = changes[key];
      for (const key of changed) this.emit(`change:${key}`, changes[key]);
      if (changed.length) this.emit("change");
    }
    emit(event, value) {
      for (const listener of [...(this.listeners.get(event) ?? [])]) listener({ model: this }, value);
    }
    on(events, listener) {
      for (const event of events.split(" ")) {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
      }
    }
    off(events, listener) {
      if (!events) return this.listeners.clear();
      for (const event of events.split(" ")) {
        const kept = (this.listeners.get(event) ?? []).filter((each) => listener && each !== listener);
        this.listeners.set(event, kept);
      }
    }
    save_changes() {}
    send() {}
    widget_manager = { get_model: async (id) => models.get(id) };
  }

  const load = (source) => {
    if (!modules.has(source)) {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      modules.set(source, import(url));
    }
    return modules.get(source);
  };

  const styles = new Set();
  const addStyle = (css) => {
    if (!css || styles.has(css)) return;
    styles.add(css);
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
  };

  const show = async (model, el) => {
    addStyle(model.get("_css"));
    const module = await load(model.get("_esm"));
    const widget = typeof module.default === "function" ? await module.default() : module.default;
    model.ready ??= widget.initialize?.({ model, experimental: {} });
    await model.ready;
    await widget.render({ model, el, experimental: {}, signal: new AbortController().signal });
    delete el.dataset.still;
    el.dataset.shown = "1";
  };

  for (const script of document.querySelectorAll(`script[type="${STATE}"]`)) {
    for (const [id, saved] of Object.entries(JSON.parse(script.textContent).state)) {
      if (saved.model_module === "anywidget") models.set(id, new Model(saved));
    }
  }
  for (const script of document.querySelectorAll(`script[type="${VIEW}"]`)) {
    const model = models.get(JSON.parse(script.textContent).model_id);
    if (!model) continue;
    const still = script.nextElementSibling; // drawn when the page was built
    const el = still?.matches("[data-still]") ? still : document.createElement("div");
    if (el !== still) script.after(el);
    el.className = "dlnotes-widget";
    show(model, el).catch((error) => {
      el.dataset.error = String(error);
      console.error(error);
    });
  }
}
