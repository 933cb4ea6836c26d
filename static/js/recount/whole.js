// Small things with whole numbers and with objects read from JSON.
export const sum = (numbers) => [...numbers].reduce((one, two) => one + two, 0n);

export const highest = (numbers) => numbers.reduce((one, two) => (two > one ? two : one), 0n);

// An object as a Map, so that every key is a key; nothing is an empty one.
export const mapOf = (value) => new Map(Object.entries(value ?? {}));

// Whether an object has these keys, which are sorted, and no others.
export const hasKeys = (value, keys) => Object.keys(Object(value)).sort().join() === keys.join();
