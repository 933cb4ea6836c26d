// The first thing that does not hold: a machine word, and the file or gate that it is about.
export class Broken extends Error {
  constructor(code, what = '') {
    super(`${code}: ${what}`);
    this.code = code;
    this.what = what;
  }
}

export function ensure(holds, code, what) {
  if (!holds) throw new Broken(code, what);
}

// Whatever goes wrong in `work` is named `code`, unless it has a name already.
export async function attempt(code, what, work) {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Broken ? error : new Broken(code, what || error.message);
  }
}
