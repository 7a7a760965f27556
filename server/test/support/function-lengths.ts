import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import {
  isArrowFunction,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isMethodDeclaration,
} from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

export interface FunctionLength {
  /** From the folder that was asked for, such as `http/app.ts`. */
  readonly path: string;
  /** As it is declared; the line where it has no name. */
  readonly name: string;
  /** Without those of the functions inside it, which are counted for themselves. */
  readonly lines: number;
}

/** What the files import, and the libraries, are not read: how long a function is stands in its own file. */
const filesAlone = {
  noEmit: true,
  noResolve: true,
  noLib: true,
  types: [],
  allowImportingTsExtensions: true,
};

/** How many lines each function of the TypeScript files below a folder spans, as the compiler reads them. */
export function functionLengths(folder: string, pattern = '**/*.ts'): readonly FunctionLength[] {
  const directory = mkdtempSync(join(tmpdir(), 'leadsource-lengths-'));
  const openProject = join(directory, 'tsconfig.json');
  writeFileSync(
    openProject,
    JSON.stringify({ compilerOptions: filesAlone, include: [join(folder, pattern)] }),
  );
  const api = new API({});
  try {
    const program = api.updateSnapshot({ openProject }).getProjects()[0]?.program;
    return (program?.getSourceFileNames() ?? []).flatMap((name) => {
      const file = program?.getSourceFile(name);
      return file === undefined ? [] : lengthsIn(file, relative(folder, name));
    });
  } finally {
    api.close();
    rmSync(directory, { recursive: true });
  }
}

function lengthsIn(file: SourceFile, path: string): readonly FunctionLength[] {
  const lengths: FunctionLength[] = [];
  /** Answers the lines of the functions in a node, which are not counted again for the one around them. */
  const visit = (node: Node): number => {
    let nestedLines = 0;
    node.forEachChild((child) => {
      nestedLines += visit(child);
    });
    if (!isFunction(node)) return nestedLines;
    const text = file.text.slice(node.pos, node.end).replace(/^(?:\s|\/\/.*\n|\/\*[\s\S]*?\*\/)+/, '');
    const lines = text.split('\n').length;
    lengths.push({ path, name: nameOf(file, node, node.end - text.length), lines: lines - nestedLines });
    return lines - 1;
  };
  visit(file);
  return lengths;
}

function nameOf(file: SourceFile, node: Node, start: number): string {
  if ('name' in node && node.name !== undefined) {
    const { pos, end } = node.name as Node;
    return file.text.slice(pos, end).trim();
  }
  return `line ${file.text.slice(0, start).split('\n').length}`;
}

function isFunction(node: Node): boolean {
  return [
    isArrowFunction,
    isConstructorDeclaration,
    isFunctionDeclaration,
    isFunctionExpression,
    isGetAccessorDeclaration,
    isMethodDeclaration,
  ].some((is) => is(node));
}
