// An editor in the place of a cell's code: CodeMirror, dressed as the page.
import { EditorState, StateEffect, StateField } from "./codemirror/codemirror-state.js";
import { Decoration, EditorView, drawSelection, keymap, lineNumbers } from "./codemirror/codemirror-view.js";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "./codemirror/codemirror-commands.js";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "./codemirror/codemirror-language.js";
import { python } from "./codemirror/codemirror-lang-python.js";
import { classHighlighter } from "./codemirror/lezer-highlight.js";

const mark = StateEffect.define();
const wrong = Decoration.line({ class: "wrong-line" });
const wrongLine = StateField.define({
  create: () => Decoration.none,
  update(lines, change) {
    let after = change.docChanged ? Decoration.none : lines.map(change.changes);
    for (const effect of change.effects) {
      if (!effect.is(mark)) continue;
      const number = effect.value;
      after = number && number <= change.state.doc.lines
        ? Decoration.set([wrong.range(change.state.doc.line(number).from)]) : Decoration.none;
    }
    return after;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const edit = (parent, text, name, { run, changed }) => {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentUnit.of("    "), EditorState.tabSize.of(4),
        indentOnInput(), bracketMatching(), python(), syntaxHighlighting(classHighlighter), wrongLine,
        keymap.of([
          { key: "Shift-Enter", run: () => { run(); return true; } },
          { key: "Mod-Enter", run: () => { run(); return true; } },
          ...defaultKeymap, ...historyKeymap, indentWithTab,
        ]),
        EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(view.state.doc.toString()); }),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    get text() { return view.state.doc.toString(); },
    set text(now) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } }); },
    mark: (line) => view.dispatch({ effects: mark.of(line) }),
  };
};
