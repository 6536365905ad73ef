// Rewrites `for (const each of array)` of a source as a loop that counts, for the bundle: code that V8 has not optimised yet calls an
// iterator, makes an object of each of its results and is ready to close it, which is 5 % of a small trace's time.
import { join } from 'node:path';
import { isBlock, isForOfStatement, isVariableDeclarationList } from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';
import { root } from './bootstrap.mjs';

/**
 * The sources in `src` that have such loops, rewritten; every line stays where it is.
 * @param folder with the project's `tsconfig.build.json`
 * @returns by path
 */
export function withCountedLoops(folder = root) {
  const compiler = new API({ cwd: folder });
  try {
    const [project] = compiler
      .updateSnapshot({ openProjects: [join(folder, 'tsconfig.build.json')] })
      .getProjects();
    const sources = new Map();
    for (const path of project.program.getSourceFileNames()) {
      if (!path.startsWith(join(folder, 'src'))) continue;
      const file = project.program.getSourceFile(path);
      const loops = arrayLoops(file, project.checker);
      if (loops.length > 0) sources.set(path, rewritten(file, loops));
    }
    return sources;
  } finally {
    compiler.close();
  }
}

/** Loops over what the compiler knows to be arrays: each goes up to the length that the array has then, as its iterator would. */
function arrayLoops(file, checker) {
  const loops = [];
  const visit = (node) => {
    if (isForOfStatement(node) && isVariableDeclarationList(node.initializer) && !node.awaitModifier)
      loops.push(node);
    node.forEachChild(visit);
  };
  visit(file);
  const types = checker.getTypeAtLocation(loops.map(({ expression }) => expression));
  return loops.filter((_, index) => checker.isArrayType(types[index]) || checker.isTupleType(types[index]));
}

function rewritten(file, loops) {
  const edits = loops.flatMap((loop, index) => editsOf(loop, index, file));
  let text = file.text;
  // From the end on, so that places before are still the same.
  for (const { at, end, by } of edits.sort((a, b) => b.at - a.at))
    text = text.slice(0, at) + by + text.slice(end);
  return text;
}

function editsOf({ initializer, expression, statement }, index, file) {
  const [list, at] = [`$list${index}`, `$at${index}`];
  const each = `${initializer.getText(file)} = ${list}[${at}];`;
  const body = statement.getStart(file);
  const head = [
    { at: initializer.getStart(file), end: expression.getStart(file), by: `let ${list} = (` },
    { at: expression.end, end: expression.end, by: `), ${at} = 0; ${at} < ${list}.length; ${at}++` },
  ];
  if (isBlock(statement)) return [...head, { at: body + 1, end: body + 1, by: each }];
  return [
    ...head,
    { at: body, end: body, by: `{${each}` },
    { at: statement.end, end: statement.end, by: '}' },
  ];
}
